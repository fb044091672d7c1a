//! The Kubernetes bed behind a bay: one bay at a time has it, and one journey at a time uses it.

use crate::bed;
use crate::desk::Desk;
use bayview::live::command::{Change, ManifestDocument, ManifestMode, ManifestRun, Topic};
use bayview::live::state::{ObjectOutcome, Outcome, Verdict};
use bayview::model::bay::NewBay;
use bayview::model::cluster::{Link, Picture};
use bayview::model::workload::Workload;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLockReadGuard};

/// The bay that journeys share; it stays for the next run.
const BAY: &str = "j-inside";
/// Its workers.
const WORKERS: u32 = 3;

/// The turn at the bed, and the uuid of the bay that it stands behind.
pub struct Turn(MutexGuard<'static, Option<String>>);

impl Turn {
    pub fn wait() -> Turn {
        static BEHIND: Mutex<Option<String>> = Mutex::new(None);
        Turn(BEHIND.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts the bed behind a bay of demo; what was inside of another one is gone.
    pub fn join(&mut self, bay: &str) {
        if self.0.as_deref() != Some(bay) {
            self.wipe();
            bed::script("join", &[bay], &[]);
            *self.0 = Some(bay.to_owned());
        }
    }

    /// Forgets every object and every certificate: nothing is left for the next journey.
    pub fn wipe(&mut self) {
        *self.0 = None;
        bed::script("bed", &["up", "kubernetes", "--fresh"], &[]);
    }
}

/// Signed in as demo, inside the shared bay, with a namespace of one's own.
pub struct Inside {
    pub desk: Desk,
    pub bay: String,
    pub namespace: String,
    pub turn: Turn,
    _bed: RwLockReadGuard<'static, ()>,
}

impl Inside {
    pub fn enter(namespace: &str) -> Inside {
        let openstack = bed::openstack();
        let mut turn = Turn::wait();
        let mut desk = Desk::at("demo");
        let bay = shared_bay(&mut desk);
        turn.join(&bay);
        kubectl(&["create", "namespace", namespace]);
        desk.look(vec![Topic::Bay(bay.clone()), Topic::Inside(bay.clone())]);
        let mut inside = Inside { desk, bay, namespace: namespace.to_owned(), turn, _bed: openstack };
        inside.until("the live picture", |p| p.link == Link::Live && p.complete);
        inside
    }

    pub fn picture(&self) -> &Picture {
        self.desk.state.insides.get(&self.bay).expect("a picture")
    }

    /// Waits for a condition on the picture.
    pub fn until(&mut self, what: &str, condition: impl Fn(&Picture) -> bool) {
        let bay = self.bay.clone();
        self.desk.until(what, |s| s.insides.get(&bay).is_some_and(|p| condition(p)));
    }

    /// Waits for a condition on a workload of the own namespace.
    pub fn until_workload(&mut self, what: &str, name: &str, condition: impl Fn(&Workload) -> bool) {
        let namespace = self.namespace.clone();
        self.until(what, |p| p.workloads.iter().any(|w| w.namespace == namespace && w.name == name && condition(w)));
    }

    pub fn workload(&self, name: &str) -> &Workload {
        let mut all = self.picture().workloads.iter();
        all.find(|w| w.namespace == self.namespace && w.name == name).expect("a workload")
    }

    /// A pod of the own namespace, once its name and its reason are as expected; its row in the table.
    pub fn until_pod(&mut self, name: &str, reason: &str) -> usize {
        let namespace = self.namespace.clone();
        let find = |p: &Picture| {
            (0..p.pods.len()).find(|at| p.pods.namespace_of(*at) == namespace && &p.pods.name[*at] == name)
        };
        self.until(&format!("{name} to be {reason}"), |p| find(p).is_some_and(|at| p.pods.reason_of(at) == reason));
        find(self.picture()).expect("a pod")
    }

    /// Runs the documents of a file; tells how the job ended and what became of each object.
    pub fn run(&mut self, mode: ManifestMode, force: bool, text: &str) -> (Outcome, Vec<ObjectOutcome>) {
        let document = |(line, text): (usize, &str)| ManifestDocument {
            file: "journey.yaml".into(),
            line: line as u32 + 1,
            text: text.to_owned(),
        };
        let run = ManifestRun {
            bay: self.bay.clone(),
            namespace: self.namespace.clone(),
            mode,
            force,
            documents: Arc::new(text.split("\n---\n").enumerate().map(document).collect()),
        };
        let job = self.desk.change(Change::Manifests(run));
        let report = self.desk.state.runs.get(&job.id).unwrap_or_else(|| panic!("no report: {:?}", job.outcome));
        assert!(report.finished);
        (job.outcome, report.objects.clone())
    }

    /// Applies what must be taken as it is.
    pub fn apply(&mut self, text: &str) {
        let (outcome, objects) = self.run(ManifestMode::Apply, false, text);
        assert_eq!(outcome, Outcome::Done, "{objects:?}");
    }

    /// Runs the only object of a file.
    pub fn one(&mut self, mode: ManifestMode, text: &str) -> ObjectOutcome {
        let (_, mut objects) = self.run(mode, false, text);
        assert_eq!(objects.len(), 1, "{objects:?}");
        objects.remove(0)
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        let mut command = Command::new("kubectl");
        command.args(["--kubeconfig", &kubeconfig(), "delete", "namespace", "--wait=false", &self.namespace]);
        // The namespace of a bed that was wiped is gone already.
        drop(command.output());
    }
}

/// The shared bay, complete; it is made where it is missing.
fn shared_bay(desk: &mut Desk) -> String {
    let known = desk.state.bays.value.iter().flat_map(|b| b.iter()).find(|b| b.name == BAY);
    let id = match known.map(|b| b.id.clone()) {
        Some(id) => id,
        None => {
            let model_id = desk.model();
            let bay = NewBay { master_count: Some(1), node_count: Some(WORKERS), ..desk.new_bay(BAY, &model_id) };
            desk.done(Change::CreateBay(Box::new(bay))).made.expect("a uuid")
        }
    };
    desk.look(vec![Topic::Bays, Topic::Bay(id.clone())]);
    desk.until_status(&id, "CREATE_COMPLETE");
    id
}

pub fn kubeconfig() -> String {
    bed::folder("kubernetes").join("kubeconfig").display().to_string()
}

/// Somebody else's client for the same bay.
pub fn kubectl(args: &[&str]) -> String {
    bed::told(Command::new("kubectl").args(["--kubeconfig", &kubeconfig()]).args(args))
}

/// What it says, however it ends.
pub fn kubectl_says(args: &[&str]) -> String {
    let output = Command::new("kubectl").args(["--kubeconfig", &kubeconfig()]).args(args).output().expect("kubectl");
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The same with something on its standard input (`-f -`).
pub fn kubectl_with(args: &[&str], input: &str) {
    let mut command = Command::new("kubectl");
    command.args(["--kubeconfig", &kubeconfig()]).args(args).stdin(Stdio::piped());
    let mut child = command.spawn().expect("kubectl");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("input that is taken");
    assert!(child.wait().expect("an end").success(), "{args:?}");
}

/// Names and verdicts of a run, for comparison.
pub fn verdicts(objects: &[ObjectOutcome]) -> Vec<(&str, Verdict)> {
    objects.iter().map(|o| (o.name.as_str(), o.verdict)).collect()
}

/// A Deployment.
pub fn deployment(name: &str, replicas: u32, image: &str) -> String {
    format!(
        "apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      containers:
      - {{name: main, image: '{image}', resources: {{requests: {{cpu: 10m, memory: 16Mi}}}}}}
"
    )
}

/// A bare pod in a state of the hollow kubelets (`tests/real/README.md`), asking for so much CPU.
pub fn pod(name: &str, state: &str, cpu: &str) -> String {
    format!(
        "apiVersion: v1
kind: Pod
metadata: {{name: {name}, annotations: {{bayview.test/state: '{state}'}}}}
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - {{name: main, image: 'registry.example/{name}:1', resources: {{requests: {{cpu: '{cpu}'}}}}}}
"
    )
}
