//! The end of a pod's log.

use super::connect::Connection;
use super::discovery::shown;
use super::error::Error;
use super::request::{self, LIMIT, escape};
use super::slim::Pod;

/// Most bytes of a log that are read.
const MOST_BYTES: u32 = 4 << 20;

/// End of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// Containers of the pod: init containers first.
    pub containers: Vec<String>,
    /// Container that was read.
    pub container: String,
    /// Lines, the oldest first.
    pub lines: Vec<String>,
}

/// Reads the last `lines` lines. Without `container` the first ordinary one is read; `previous` reads the run before the
/// last restart.
pub async fn tail(
    connection: &Connection,
    namespace: &str,
    pod: &str,
    container: Option<&str>,
    previous: bool,
    lines: u32,
) -> Result<Log, Error> {
    let path = shown("Pod")?.path(namespace, pod);
    let object: Pod = request::get(connection.client(), &path).await?;
    let first = object.spec.containers.first().map(|c| c.name.clone()).unwrap_or_default();
    let all = object.spec.init_containers.iter().chain(&object.spec.containers);
    let containers: Vec<String> = all.map(|c| c.name.clone()).collect();
    let container = container.map_or(first, str::to_owned);
    let query = format!(
        "{path}/log?container={}&tailLines={lines}&limitBytes={MOST_BYTES}&previous={previous}",
        escape(&container)
    );
    let bytes = request::get_bytes(connection.client(), &query, LIMIT).await?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(Log { containers, container, lines: text.lines().map(plain).collect() })
}

/// A line without terminal escapes (colours) and other control characters.
fn plain(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\u{1b}' if chars.peek() == Some(&'[') => {
                chars.next();
                // A control sequence ends with a character from @ to ~ (ECMA-48, 5.4).
                for c in chars.by_ref() {
                    if ('@'..='~').contains(&c) {
                        break;
                    }
                }
            }
            '\t' => out.push_str("    "),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn colours_are_taken_out() {
        assert_eq!(plain("\u{1b}[31mERROR\u{1b}[0m\tx\u{7}"), "ERROR    x");
        assert_eq!(plain("日本語"), "日本語");
    }
}
