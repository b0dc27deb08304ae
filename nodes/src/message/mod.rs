//! Messages: text and JSON.
