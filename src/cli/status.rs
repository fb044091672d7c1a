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
                (None, Some(SignInQuestion::Passcode)) => {
                    let said = "the cloud asks for a one-time code: set OS_PASSCODE";
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
