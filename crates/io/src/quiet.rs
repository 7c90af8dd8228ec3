//! Calls into crates that panic on some malformed files: they become errors, and nothing is printed.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

thread_local! {
    /// Whether this thread is inside of [`quietly`].
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// The result of `call`, or `error` if it panics; other threads, and this one outside of `call`, panic as ever.
pub(crate) fn quietly<T, E>(call: impl FnOnce() -> Result<T, E>, error: impl FnOnce() -> E) -> Result<T, E> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                hook(info);
            }
        }));
    });
    let before = QUIET.replace(true);
    // Whatever a panic leaves behind is not looked at again, for the error ends the reading.
    let result = catch_unwind(AssertUnwindSafe(call));
    QUIET.set(before);
    result.unwrap_or_else(|_| Err(error()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_and_the_thread_is_loud_again() {
        assert_eq!(quietly(|| Ok::<_, &str>(7), || "no"), Ok(7));
        assert_eq!(quietly(|| Err::<u8, _>("itself"), || "no"), Err("itself"));
        assert_eq!(quietly::<u8, _>(|| panic!("never printed"), || "caught"), Err("caught"));
        assert!(!QUIET.get());
    }
}
