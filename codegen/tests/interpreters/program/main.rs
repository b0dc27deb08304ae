//! Python nodes that an interpreter runs: every kind of `process`, values both ways, errors with their lines.
//!
//! This is the program that the test `interpreters` compiles for each interpreter, in the way of pipelines. It names each test before
//! it runs it; a test that fails ends it.

mod errors;
mod host;
mod kinds;
mod messages;
mod support;

/// Calls tests one after another, with what makes a node.
macro_rules! tests {
    ($($module:ident: $($test:ident)*;)*) => {
        fn on_every_interpreter(start: support::Start) {
            $($(println!("{}", stringify!($test)); $module::$test(start);)*)*
        }
    };
}

tests! {
    kinds:
        plain_methods_give_one_output_or_none
        generators_give_as_many_outputs_as_they_yield
        coroutines_are_awaited
        asynchronous_generators_are_iterated
        outputs_come_before_the_method_ends
        whole_streams_are_fed_message_by_message
        streams_may_wait_for_other_things
        what_is_left_comes_at_the_end
        cleanup_runs_after_a_failure
        the_base_class_is_there_without_the_package;
    messages:
        plain_values_go_in_and_come_out
        containers_keep_their_types
        dataclasses_come_out_as_records
        subclasses_count_as_what_they_are
        large_whole_numbers_are_refused
        what_has_no_meaning_elsewhere_is_refused
        what_holds_itself_is_refused;
    errors:
        lines_of_the_node_come_innermost_first
        errors_of_coroutines_have_their_lines
        text_that_is_no_python_is_named_with_its_line
        constructors_and_classes_that_do_not_fit_are_named
        requirements_that_are_not_met_are_all_named
        log_lines_name_their_node;
}

fn main() {
    on_every_interpreter(host::start);
    host::packages();
    println!("all passed");
}
