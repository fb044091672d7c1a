//! `bayview status`: the same picture without a window, through the same worker and the same state.

use super::report::{BayReport, InsideReport, Report};
use crate::live::command::{Command, Topic};
use crate::live::state::{Session, SignInQuestion, State};
use crate::live::worker::{WorkerHandle, WorkerOptions};
use crate::model::bay::Bay;
use crate::model::cloud::{Profile, ProfileSource, Secrets};
use crate::model::cluster::Link;
use crate::model::problem::{Problem, ProblemKind};
use clap::Args;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

#[derive(Debug, Args)]
pub(super) struct StatusArgs {
    /// Cloud of clouds.yaml (default: OS_CLOUD, else the OS_* variables, else the only cloud in the file)
    #[arg(long, value_name = "NAME")]
    cloud: Option<String>,
    /// Start the built-in demo cloud and look at that
    #[arg(long, conflicts_with = "cloud")]
    demo: bool,
    /// Region instead of the profile's
    #[arg(long, value_name = "NAME")]
    region: Option<String>,
    /// Also look into this bay (name or uuid): nodes with their pods, workloads, unscheduled pods
    #[arg(long, value_name = "NAME")]
    bay: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Give up after this many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    timeout: u64,
}

/// Could not look: at which step, and why.
struct Blocked {
    step: &'static str,
    problem: Problem,
}

/// Prints the report; the exit code tells how things are.
pub(super) fn run(args: &StatusArgs) -> anyhow::Result<ExitCode> {
    run_with(args, WorkerOptions::default())
}

fn run_with(args: &StatusArgs, options: WorkerOptions) -> anyhow::Result<ExitCode> {
    // The worker ends before anything is printed, and the token with it.
    let looked = look(args, options)?;
    match looked {
        Ok(report) => {
            let text = if args.json { serde_json::to_string_pretty(&report)? + "\n" } else { report.text() };
            print(&mut std::io::stdout().lock(), &text)?;
            Ok(ExitCode::from(u8::from(!report.unhealthy.is_empty())))
        }
        Err(blocked) => {
            if args.json {
                let value = serde_json::json!({ "step": blocked.step, "problem": blocked.problem });
                print(&mut std::io::stdout().lock(), &(serde_json::to_string_pretty(&value)? + "\n"))?;
            }
            let said = format!("bayview status: {} failed: {}\n", blocked.step, blocked.problem);
            print(&mut std::io::stderr().lock(), &said)?;
            Ok(ExitCode::from(2))
        }
    }
}

/// Writes everything; a reader that has seen enough (`| head`) is no failure.
fn print(out: &mut impl std::io::Write, text: &str) -> std::io::Result<()> {
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Looks, then signs out.
fn look(args: &StatusArgs, options: WorkerOptions) -> std::io::Result<Result<Report, Blocked>> {
    let worker = WorkerHandle::start(options, Arc::new(|| {}))?;
    let deadline = Instant::now() + Duration::from_secs(args.timeout);
    Ok(Looker { worker, state: State::default(), deadline }.look(args))
}

struct Looker {
    worker: WorkerHandle,
    state: State,
    deadline: Instant,
}

impl Looker {
    fn look(&mut self, args: &StatusArgs) -> Result<Report, Blocked> {
        self.sign_in(args)?;
        // The demo has no profile that could name a region beforehand.
        if let Some(region) = args.region.as_ref().filter(|_| args.demo)
            && self.state.signed_in().is_some_and(|s| &s.identity.region != region)
        {
            self.worker.commands().send(Command::SwitchRegion(region.clone()));
            let wanted = region.clone();
            self.wait("switch the region", move |state| {
                let refused = state.notices.iter().find(|n| n.message == "notice-switch-failed");
                if let Some(problem) = refused.and_then(|notice| notice.problem.as_ref()) {
                    return Some(Err(problem.clone()));
                }
                let there = state.signed_in().is_some_and(|s| s.identity.region == wanted);
                (there && state.bays.loaded_at.is_some()).then_some(Ok(()))
            })?;
        }
        let bays = self.wait("list bays", |state| match (&state.bays.value, &state.bays.problem) {
            // Of a long list the first part is there already.
            (Some(_), None) if state.bays.loading_since.is_some() => None,
            (Some(bays), _) => Some(Ok(bays.clone())),
            (None, Some(problem)) => Some(Err(problem.clone())),
            (None, None) => None,
        })?;
        let Some(session) = self.state.signed_in() else {
            return Err(blocked("sign in", ProblemKind::Internal, "the session ended"));
        };
        let models = self.state.bay_models.value.clone().unwrap_or_default();
        let mut report = Report::new(&session.identity, session.magnum.value.as_ref());
        report.bays = bays.iter().map(|bay| BayReport::new(bay, &models)).collect();
        report.judge_bays();
        if let Some(problem) = &self.state.bay_models.problem {
            report.unhealthy.push(format!("cannot read the bay models: {problem}"));
        }
        if let Some(name) = &args.bay {
            let bay = find_bay(&bays, name)?;
            let inside = self.look_inside(&bay)?;
            report.judge_inside(&inside);
            report.bay = Some(inside);
        }
        Ok(report)
    }

    fn sign_in(&mut self, args: &StatusArgs) -> Result<(), Blocked> {
        if args.demo {
            self.worker.commands().send(Command::OpenDemo);
        } else {
            let mut profile = self.profile(args.cloud.as_deref())?;
            if let Some(region) = &args.region {
                profile.region.clone_from(region);
            }
            let passcode = std::env::var("OS_PASSCODE").ok().map(Into::into);
            self.worker.commands().send(Command::SignIn {
                profile: Box::new(profile),
                secrets: Secrets { passcode, ..Secrets::default() },
                remember: false,
            });
        }
        self.wait("sign in", |state| match &state.session {
            Session::In(_) => Some(Ok(())),
            Session::SigningIn(signing) => match (&signing.problem, &signing.asks) {
                (Some(problem), _) => Some(Err(problem.clone())),
                (None, Some(SignInQuestion::Passcode { refused })) => {
                    let said = match refused {
                        true => "the one-time code in OS_PASSCODE was not accepted: it is wrong, or used already",
                        false => "the cloud asks for a one-time code: set OS_PASSCODE",
                    };
                    Some(Err(Problem::new(ProblemKind::SecondFactor, "keystone", said)))
                }
                (None, Some(SignInQuestion::Project(projects))) => {
                    let names: Vec<&str> = projects.iter().map(|p| p.name.as_str()).collect();
                    let said = if names.is_empty() {
                        "this user has no project".to_owned()
                    } else {
                        format!(
                            "no project is named: set OS_PROJECT_NAME or project_name to one of {}",
                            names.join(", ")
                        )
                    };
                    Some(Err(Problem::new(ProblemKind::Config, "keystone", said)))
                }
                (None, None) => None,
            },
            Session::Out => None,
        })
    }

    /// The profile to use, by the rules of openstacksdk: named, `OS_CLOUD`, the environment, the only one.
    fn profile(&mut self, named: Option<&str>) -> Result<Profile, Blocked> {
        self.worker.commands().send(Command::LoadProfiles);
        let profiles = self.wait("find profiles", |state| state.profiles.value.clone().map(Ok))?;
        let os_cloud = std::env::var("OS_CLOUD").ok().filter(|n| !n.is_empty());
        let wanted = named.map(str::to_owned).or(os_cloud);
        let found = match &wanted {
            Some(name) => profiles.iter().find(|p| &p.name == name),
            None => profiles.iter().find(|p| p.source == Some(ProfileSource::Environment)).or({
                let mut of_files =
                    profiles.iter().filter(|p| matches!(p.source, Some(ProfileSource::CloudsYaml { .. })));
                match (of_files.next(), of_files.next()) {
                    (Some(only), None) => Some(only),
                    _ => None,
                }
            }),
        };
        if let Some(profile) = found {
            return match &profile.fault {
                Some(fault) => Err(blocked("find profiles", ProblemKind::Config, fault)),
                None => Ok(profile.clone()),
            };
        }
        let names: Vec<&str> = profiles.iter().map(|p| p.name.as_str()).collect();
        let mut said = match wanted {
            Some(name) => format!("there is no cloud \"{name}\""),
            None => "no cloud is named (--cloud, OS_CLOUD)".to_owned(),
        };
        if names.is_empty() {
            said.push_str(" and no clouds.yaml was found");
        } else {
            said.push_str(&format!("; known: {}", names.join(", ")));
        }
        for problem in &self.state.profile_problems {
            said.push_str(&format!("; {problem}"));
        }
        Err(blocked("find profiles", ProblemKind::Config, said))
    }

    fn look_inside(&mut self, bay: &Bay) -> Result<InsideReport, Blocked> {
        let id = bay.id.clone();
        self.worker.commands().send(Command::Look(vec![Topic::Inside(id.clone())]));
        let mut passing = None;
        let picture = self.wait("look into the bay", |state| {
            let picture = state.insides.get(&id)?;
            match &picture.link {
                Link::Live if picture.complete => Some(Ok(picture.clone())),
                // It is tried again as long as there is time.
                Link::Failed(problem) | Link::Stale(problem) if problem.kind.is_transient() => {
                    passing = Some(problem.clone());
                    None
                }
                Link::Failed(problem) | Link::Stale(problem) => Some(Err(problem.clone())),
                Link::Idle | Link::Connecting(_) | Link::Loading | Link::Live => None,
            }
        });
        match picture {
            Ok(picture) => Ok(InsideReport::new(bay, &picture)),
            Err(blocked) if blocked.problem.kind == ProblemKind::Timeout => {
                Err(Blocked { problem: passing.unwrap_or(blocked.problem), ..blocked })
            }
            Err(blocked) => Err(blocked),
        }
    }

    /// Takes in events until the condition tells a result, or time is up.
    fn wait<T>(
        &mut self,
        step: &'static str,
        mut condition: impl FnMut(&State) -> Option<Result<T, Problem>>,
    ) -> Result<T, Blocked> {
        loop {
            if let Some(result) = condition(&self.state) {
                return result.map_err(|problem| Blocked { step, problem });
            }
            let left = self.deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(blocked(step, ProblemKind::Timeout, "no answer within the time limit (--timeout)"));
            }
            let now = SystemTime::now().duration_since(UNIX_EPOCH).map(|d| d.as_secs_f64()).unwrap_or_default();
            match self.worker.wait_event(left) {
                Some(event) => self.state.apply(event, now),
                None if self.worker.is_over() => {
                    return Err(blocked(step, ProblemKind::Internal, "the worker ended unexpectedly"));
                }
                None => {}
            }
        }
    }
}

fn find_bay(bays: &[Bay], name: &str) -> Result<Bay, Blocked> {
    let mut found = bays.iter().filter(|b| b.id == name || b.name == name);
    match (found.next(), found.next()) {
        (Some(bay), None) => Ok(bay.clone()),
        (Some(_), Some(_)) => {
            let said = format!("several bays are named \"{name}\": give the uuid");
            Err(blocked("find the bay", ProblemKind::Conflict, said))
        }
        (None, _) => Err(blocked("find the bay", ProblemKind::NotFound, format!("there is no bay \"{name}\""))),
    }
}

fn blocked(step: &'static str, kind: ProblemKind, said: impl Into<String>) -> Blocked {
    Blocked { step, problem: Problem::new(kind, "bayview", said) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::{DemoCloud, DemoOptions, DemoSize, Fault, Service};
    use crate::live::worker::ProfilePlaces;

    /// A demo cloud with a clouds.yaml that holds each of its accounts.
    struct Stage {
        cloud: DemoCloud,
        folder: tempfile::TempDir,
        _runtime: tokio::runtime::Runtime,
    }

    impl Stage {
        fn new(more: &str) -> Stage {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            let options = DemoOptions { seed: 1, size: DemoSize::Small, speed: 10.0, ..DemoOptions::default() };
            let cloud = runtime.block_on(DemoCloud::start(options)).unwrap();
            let folder = tempfile::tempdir().unwrap();
            let mut text = "clouds:\n".to_owned();
            for login in cloud.logins() {
                let project = login.project.as_ref().map(|p| format!(", project_name: {p}")).unwrap_or_default();
                text += &format!(
                    "  {0}: {{auth: {{auth_url: '{1}', username: {0}, password: {2}, domain_name: Default{project}}}}}\n",
                    login.user,
                    cloud.auth_url(),
                    login.password
                );
            }
            std::fs::write(folder.path().join("clouds.yaml"), text + more).unwrap();
            Stage { cloud, folder, _runtime: runtime }
        }

        fn options(&self) -> WorkerOptions {
            WorkerOptions {
                config_folder: self.folder.path().join("config"),
                use_keyring: false,
                profile_places: Some(ProfilePlaces { clouds_yaml: Some(self.folder.path().join("clouds.yaml")) }),
                ..WorkerOptions::default()
            }
        }

        fn look(&self, args: &StatusArgs) -> Result<Report, Blocked> {
            look(args, self.options()).unwrap()
        }
    }

    fn args(cloud: &str) -> StatusArgs {
        StatusArgs { cloud: Some(cloud.into()), demo: false, region: None, bay: None, json: false, timeout: 60 }
    }

    #[test]
    fn what_is_well_is_fine_and_leaves_no_token_behind() {
        let stage = Stage::new("");
        let report = stage.look(&args("aiko")).unwrap_or_else(|b| panic!("{}: {}", b.step, b.problem));
        assert_eq!(report.unhealthy, Vec::<String>::new());
        assert_eq!(run_with(&args("aiko"), stage.options()).unwrap(), ExitCode::SUCCESS);
        assert_eq!(stage.cloud.tokens_in_use(), 0);
    }

    #[test]
    fn what_is_not_well_is_told_bay_by_bay_and_pod_by_pod() {
        let stage = Stage::new("");
        let first = stage.look(&args("mika")).unwrap_or_else(|b| panic!("{}: {}", b.step, b.problem));
        assert!(!first.unhealthy.is_empty(), "{}", first.text());
        assert_eq!(run_with(&args("mika"), stage.options()).unwrap(), ExitCode::from(1));
        let bay = first.bays.iter().find(|b| b.is_well_and_kubernetes()).expect("a bay to look into");
        let deep = StatusArgs { bay: Some(bay.name().to_owned()), ..args("mika") };
        let report = stage.look(&deep).unwrap_or_else(|b| panic!("{}: {}", b.step, b.problem));
        let (text, json) = (report.text(), serde_json::to_value(&report).unwrap());
        for node in json["bay"]["nodes"].as_array().unwrap() {
            for pod in node["pods"].as_array().unwrap() {
                let name = format!("{}/{}", pod["namespace"].as_str().unwrap(), pod["name"].as_str().unwrap());
                assert!(text.contains(&name), "{name} is missing in\n{text}");
            }
        }
        assert!(!json["bay"]["workloads"].as_array().unwrap().is_empty(), "{text}");
        assert!(text.contains("MODEL"), "{text}");
    }

    #[test]
    fn a_region_is_signed_in_to_at_once() {
        let stage = Stage::new("");
        let [_, second] = stage.cloud.regions().try_into().unwrap();
        let report = stage.look(&StatusArgs { region: Some(second.clone()), ..args("mika") });
        let report = report.unwrap_or_else(|b| panic!("{}: {}", b.step, b.problem));
        assert_eq!(serde_json::to_value(&report).unwrap()["region"], second.as_str());
        let blocked = stage.look(&StatusArgs { region: Some("Nowhere".into()), ..args("mika") }).err().unwrap();
        assert_eq!((blocked.step, blocked.problem.kind), ("sign in", ProblemKind::Config));
    }

    #[test]
    fn where_one_cannot_look_the_step_is_named() {
        let stage =
            Stage::new("  odd: {auth_type: v3kerberos, auth: {auth_url: 'http://127.0.0.1:9/v3', username: u}}\n");
        let step = |args: &StatusArgs| stage.look(args).err().map(|b| (b.step, b.problem.kind));
        assert_eq!(step(&args("nobody")), Some(("find profiles", ProblemKind::Config)));
        assert_eq!(step(&args("odd")), Some(("find profiles", ProblemKind::Config)));
        let nowhere = StatusArgs { bay: Some("nowhere".into()), ..args("mika") };
        assert_eq!(step(&nowhere), Some(("find the bay", ProblemKind::NotFound)));
        stage.cloud.faults().next(Service::Identity, 50, &Fault::status(401));
        assert_eq!(step(&args("mika")), Some(("sign in", ProblemKind::Auth)));
        assert_eq!(run_with(&args("mika"), stage.options()).unwrap(), ExitCode::from(2));
    }

    #[test]
    fn a_reader_that_has_seen_enough_is_no_failure() {
        struct Closed;
        impl std::io::Write for Closed {
            fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
                Err(std::io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        assert!(print(&mut Closed, "text").is_ok());
    }
}
