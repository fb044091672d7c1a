//! What runs inside a container of the demo: its log, and answers to commands. Deterministic in time.

use jiff::{SignedDuration, Timestamp};

use super::super::super::world::legacy::{Container, ContainerState};

/// The most lines a log gives.
const LINES: i64 = 200;

/// What the container has written so far.
pub(super) fn log(container: &Container, now: Timestamp) -> String {
    let Some(started) = container.started_at else { return container.old_log.clone() };
    let running = if container.state == ContainerState::Paused { container.updated_at.unwrap_or(now) } else { now };
    let seconds = (running - started).total(jiff::Unit::Second).unwrap_or(0.0).max(0.0) as i64;
    let mut text = container.old_log.clone();
    for line in first_lines(container) {
        text.push_str(&line);
        text.push('\n');
    }
    if ends_at_once(container) {
        return text;
    }
    let every = every_secs(container);
    let count = if every == 0 { 0 } else { seconds / every };
    for index in (count - LINES).max(0)..count {
        let time = started + SignedDuration::from_secs((index + 1) * every);
        text.push_str(&line(container, index, time));
        text.push('\n');
    }
    text
}

fn command(container: &Container) -> &str {
    container.command.as_deref().unwrap_or_default()
}

/// True for commands that print and end.
pub(super) fn ends_at_once(container: &Container) -> bool {
    let command = command(container);
    !command.contains("while")
        && ["echo ", "true", "date", "ls", "env", "uname"].iter().any(|word| command.starts_with(word))
}

fn first_lines(container: &Container) -> Vec<String> {
    if let Some(words) = command(container).strip_prefix("echo ") {
        return vec![words.trim_matches(['"', '\'']).to_owned()];
    }
    if container.image.starts_with("redis") || container.image.contains("/redis") {
        return vec![
            "Redis 3.0.5 (00000000/0) 64 bit, standalone mode, port 6379, pid 1".into(),
            "1:M # Server started, Redis version 3.0.5".into(),
            "1:M * The server is now ready to accept connections on port 6379".into(),
        ];
    }
    Vec::new()
}

/// Seconds between two lines; 0: it writes nothing more.
fn every_secs(container: &Container) -> i64 {
    if command(container).contains("sleep 1;") || command(container).contains("sleep 1 ") {
        1
    } else if container.image.starts_with("nginx") || container.image.contains("httpd") {
        5
    } else if container.image.contains("redis") {
        30
    } else {
        0
    }
}

fn line(container: &Container, index: i64, time: Timestamp) -> String {
    if container.image.contains("redis") {
        return format!("1:M {} * 1 changes in 900 seconds. Saving...", time.strftime("%d %b %H:%M:%S"));
    }
    if command(container).contains("date") {
        return time.strftime("%a %b %e %H:%M:%S UTC %Y").to_string();
    }
    let paths = ["/", "/index.html", "/healthz", "/favicon.ico", "/static/app.css"];
    let path = paths[usize::try_from(index).unwrap_or(0) * 7 % paths.len()];
    let status = if path == "/favicon.ico" { 404 } else { 200 };
    let client = 20 + index * 13 % 200;
    format!(
        "10.0.0.{client} - - [{}] \"GET {path} HTTP/1.1\" {status} {} \"-\" \"curl/7.43.0\"",
        time.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        120 + index * 37 % 900
    )
}

/// The answer to a command run inside the container.
pub(super) fn execute(container: &Container, line: &str, now: Timestamp) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let host = &container.uuid;
    match words.as_slice() {
        ["ls"] | ["ls", "/"] => "bin\ndev\netc\nhome\nlib\nproc\nroot\nsys\ntmp\nusr\nvar\n".into(),
        ["hostname"] | ["cat", "/etc/hostname"] => format!("{host}\n"),
        ["whoami"] => "root\n".into(),
        ["id"] => "uid=0(root) gid=0(root) groups=10(wheel)\n".into(),
        ["pwd"] => "/\n".into(),
        ["date"] => now.strftime("%a %b %e %H:%M:%S UTC %Y\n").to_string(),
        ["uname", ..] => format!("Linux {host} 4.1.7-200.fc22.x86_64 #1 SMP x86_64 GNU/Linux\n"),
        ["env"] => {
            format!("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nHOSTNAME={host}\nHOME=/root\n")
        }
        ["ps", ..] => {
            let main = container.command.clone().unwrap_or_else(|| container.image.clone());
            format!("PID   USER     TIME   COMMAND\n    1 root       0:00 {main}\n   12 root       0:00 ps\n")
        }
        ["echo", rest @ ..] => format!("{}\n", rest.join(" ").trim_matches(['"', '\''])),
        ["cat", file] => format!("cat: can't open '{file}': No such file or directory\n"),
        [] => String::new(),
        [program, ..] => format!("exec: \"{program}\": executable file not found in $PATH\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn container(image: &str, command: Option<&str>, started: &str) -> Container {
        let time: Timestamp = started.parse().unwrap();
        Container {
            uuid: "6d0f".into(),
            name: None,
            bay_uuid: String::new(),
            project_id: String::new(),
            image: image.into(),
            command: command.map(str::to_owned),
            memory: None,
            state: ContainerState::Running,
            started_at: Some(time),
            old_log: String::new(),
            created_at: time,
            updated_at: None,
        }
    }

    #[test]
    fn a_log_grows_with_time_and_is_the_same_for_the_same_time() {
        let web = container("nginx:1.9", None, "2015-10-01T00:00:00Z");
        let at = |text: &str| log(&web, text.parse().unwrap());
        assert_eq!(at("2015-10-01T00:00:10Z").lines().count(), 2);
        assert_eq!(at("2015-10-01T00:01:00Z").lines().count(), 12);
        assert!(at("2015-10-01T00:01:00Z").starts_with(&at("2015-10-01T00:00:10Z")));
        assert!(at("2015-10-02T00:00:00Z").lines().count() <= 200);
    }

    #[test]
    fn commands_are_answered() {
        let box_ = container("busybox", Some("echo 'hello'"), "2015-10-01T00:00:00Z");
        let now = "2015-10-01T00:00:10Z".parse().unwrap();
        assert!(ends_at_once(&box_));
        assert_eq!(log(&box_, now), "hello\n");
        assert_eq!(execute(&box_, "hostname", now), "6d0f\n");
        assert!(execute(&box_, "nonsense", now).contains("not found"));
    }
}
