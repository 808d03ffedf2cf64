//! Passing over one whole value without building anything of it.

use alloc::vec::Vec;

use super::cursor::{Container, Cursor};
use super::error::{JsonError, Kind};

/// Moves `cursor` past one valid value of any kind. A loop, not a recursion: what is skipped is what this version does
/// not know, so nothing is known of its depth either; the limit of the cursor holds for it all the same.
///
/// Duplicate keys inside are let through: nobody here takes a meaning from them.
pub(super) fn value(cursor: &mut Cursor<'_>) -> Result<(), JsonError> {
    let mut open: Vec<Container> = Vec::new();
    loop {
        // Down: into a container that holds something, over everything else.
        let entered = match cursor.peek()? {
            Kind::Null => cursor.null().map(|()| None)?,
            Kind::Bool => cursor.bool().map(|_| None)?,
            Kind::Number => cursor.number().map(|_| None)?,
            Kind::String => cursor.string().map(|_| None)?,
            Kind::Array => cursor.open(Container::Array)?.then_some(Container::Array),
            Kind::Object => cursor.open(Container::Object)?.then_some(Container::Object),
        };
        if let Some(container) = entered {
            open.push(container);
            pass_key(cursor, container)?;
            continue;
        }
        // Up: out of every container that ends with this value.
        loop {
            let Some(&container) = open.last() else {
                return Ok(());
            };
            if cursor.more(container)? {
                pass_key(cursor, container)?;
                break;
            }
            open.pop();
        }
    }
}

fn pass_key(cursor: &mut Cursor<'_>, container: Container) -> Result<(), JsonError> {
    match container {
        Container::Array => Ok(()),
        Container::Object => cursor.key().map(|_| ()),
    }
}
