//! Typed ids whose `Display` is the text form: `n3`, `e7`, `v12`.

/// Declares an id type over `u32` with its prefix in the text form.
macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident = $prefix:literal;)*) => {
        $($(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);

        impl $name {
            /// The letter before the number in the text form.
            pub const PREFIX: &'static str = $prefix;

            /// The id of the element at `index`.
            pub fn new(index: usize) -> $name {
                $name(index as u32)
            }

            /// The place in its arena.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        })*
    };
}

ids! {
    /// A node of a [`crate::graph::Graph`].
    NodeId = "n";
    /// An edge of a [`crate::graph::Graph`].
    EdgeId = "e";
    /// A value of a [`crate::kernel::Kernel`].
    ValueId = "v";
    /// A state variable of a kernel.
    StateId = "s";
    /// A local variable of a kernel.
    LocalId = "l";
    /// A delay line of a kernel.
    LineId = "d";
    /// A constant table of a kernel.
    TableId = "t";
    /// A linear recurrence of a kernel.
    SectionId = "q";
    /// A stream of a [`crate::plan::Plan`].
    StreamId = "b";
    /// An actor of a plan.
    ActorId = "a";
}
