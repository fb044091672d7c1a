//! What the window offers, greys out and tells with real services behind it: by accessible label, drawn without a screen.

use crate::bed;
use crate::desk::{Desk, PATIENCE, worker_options};
use bayview::app::{App, AppOptions, Start};
use bayview::i18n::Lang;
use bayview::live::command::{Change, Command, Topic};
use bayview::live::state::State;
use bayview::live::worker::WorkerHandle;
use bayview::model::bay::Coe;
use bayview::model::bay_model::BayModelSpec;
use bayview::ui::cx::UiAction;
use bayview::ui::route::{BayTab, Route};
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The whole program, signed in to a cloud of the bed's clouds.yaml as its command line would.
struct Program {
    harness: Harness<'static, App>,
    _folder: tempfile::TempDir,
}

impl Program {
    fn at(cloud: &str) -> Program {
        let mut program = Program::start(cloud);
        program.until("the session", |s| {
            s.signed_in().is_some_and(|s| s.magnum.value.is_some()) && s.bays.value.is_some()
        });
        program
    }

    fn start(cloud: &str) -> Program {
        let folder = tempfile::tempdir().expect("a folder");
        let (worker, data_folder) = (worker_options(&folder), Some(folder.path().to_owned()));
        let app = AppOptions {
            start: Start::Cloud(cloud.into()),
            lang: Some(Lang::En),
            data_folder,
            ..AppOptions::default()
        };
        let harness =
            Harness::builder().with_size([1440.0, 1400.0]).with_max_steps(64).wgpu().build_eframe(move |cc| {
                let worker = WorkerHandle::start(worker, Arc::new(|| {})).expect("the worker starts");
                App::new(cc, worker, app)
            });
        Program { harness, _folder: folder }
    }

    /// Steps until a condition on the state holds.
    fn until(&mut self, what: &str, condition: impl Fn(&State) -> bool) {
        self.until_shown(what, |h| condition(h.state().state()));
    }

    /// Steps until a condition on what is drawn holds.
    fn until_shown(&mut self, what: &str, condition: impl Fn(&Harness<'static, App>) -> bool) {
        let begun = Instant::now();
        while !condition(&self.harness) {
            assert!(
                begun.elapsed() < PATIENCE,
                "waited in vain for {what}; {:?}",
                self.harness.state().state().session
            );
            std::thread::sleep(Duration::from_millis(30));
            self.harness.step();
        }
        self.harness.run_steps(4);
    }

    fn go(&mut self, route: Route) {
        self.harness.state_mut().act(UiAction::Go(route));
        self.harness.run_steps(4);
    }

    fn click(&mut self, role: Role, label: &str) {
        self.harness.get_by_role_and_label(role, label).click();
        self.harness.run_steps(4);
    }

    /// Whether something can be used; the words above a field are a label of their own.
    fn is_grey(&self, label: &str) -> bool {
        let mut found = self.harness.query_all_by_label(label).filter(|n| n.accesskit_node().role() != Role::Label);
        found.next().unwrap_or_else(|| panic!("no {label}")).accesskit_node().is_disabled()
    }

    fn tells(&self, words: &str) -> bool {
        self.harness.query_all_by_label_contains(words).count() > 0
    }
}

#[test]
fn a_reader_sees_a_bay_and_every_change_is_grey_with_the_reason() {
    let _bed = bed::openstack();
    let mut owner = Desk::at("demo");
    let name = bed::unique("read");
    let bay = owner.create(&name);
    owner.until_status(&bay, "CREATE_COMPLETE");
    let mut program = Program::at("readonly");
    program.until_shown("the bay in the list", |h| h.query_by_role_and_label(Role::Row, &name).is_some());
    assert!(program.is_grey("New bay"));
    program.go(Route::Bay(bay.clone(), BayTab::Overview));
    program.until("the bay", |s| s.bay(&bay).is_some_and(|b| b.status.word() == "CREATE_COMPLETE"));
    for change in ["Resize…", "Kubeconfig"] {
        assert!(program.is_grey(change), "{change}");
    }
    program.click(Role::Button, "More actions");
    assert!(program.is_grey("Delete…"));
    assert!(program.tells("Your only role here is reader"));
    // A form that was open, or was come to otherwise, sends nothing.
    program.go(Route::NewBay { model: owner.state.bay(&bay).map(|b| b.model_id.clone()), from: None });
    assert!(program.tells("Your role here is reader: you can look, not change."));
    assert!(program.is_grey("Create bay"));
    owner.delete(&bay);
    owner.until_gone(&bay);
}

#[test]
fn a_field_that_only_magnum_21_takes_is_grey_on_magnum_15_with_the_version_it_needs() {
    let _bed = bed::openstack();
    for (cloud, grey) in [("demo", true), ("demo-two", false)] {
        let mut program = Program::at(cloud);
        program.go(Route::NewBayModel { from: None });
        program.click(Role::DisclosureTriangle, "Advanced");
        assert_eq!(program.is_grey("Driver"), grey, "{cloud}");
        assert_eq!(program.tells("Needs Magnum API 1.12"), grey, "{cloud}");
        assert!(!program.is_grey("Tags"), "{cloud} has 1.10");
    }
}

#[test]
fn a_wrong_password_stands_at_its_step() {
    let _bed = bed::openstack();
    let mut program = Program::start("wrong-password");
    program.until_shown("the failed step", |h| h.query_by_label("Step 1, Keystone").is_some());
    program.until(
        "the failure",
        |s| matches!(&s.session, bayview::live::state::Session::SigningIn(s) if s.problem.is_some()),
    );
    assert!(program.tells("User name, secret or token is not accepted."));
    program.click(Role::Link, "Show the service’s own words");
    assert!(program.tells("401") && program.tells("The request you have made requires authentication."));
}

/// What Bayview says today about the nodes of a Swarm bay: it has none to show, and says so.
#[test]
fn a_swarm_bay_has_an_overview_and_says_why_there_is_no_more() {
    let _bed = bed::openstack();
    let mut desk = Desk::at("demo");
    let spec = BayModelSpec {
        coe: Some(Coe::Swarm),
        image: "fedora-atomic".into(),
        ..crate::desk::model(&bed::unique("swarm-model"))
    };
    let model = desk.done(Change::CreateBayModel(Box::new(spec.clone()))).made.expect("a uuid");
    let new = desk.new_bay(&bed::unique("swarm"), &model);
    let bay = desk.done(Change::CreateBay(Box::new(new))).made.expect("a uuid");
    desk.look(vec![Topic::Bays, Topic::Bay(bay.clone())]);
    desk.until_status(&bay, "CREATE_COMPLETE");

    let mut program = Program::at("demo");
    program.go(Route::Bay(bay.clone(), BayTab::Nodes));
    program.until("its servers", |s| s.details.get(&bay).is_some_and(|d| d.servers.value.is_some()));
    let tabs: Vec<_> =
        program.harness.query_all_by_role(Role::Tab).filter_map(|n| n.accesskit_node().label()).collect();
    assert!(tabs.iter().any(|t| t == "Overview") && !tabs.iter().any(|t| t.starts_with("Nodes")), "{tabs:?}");
    assert!(program.tells("does not list the containers of Docker Swarm"), "{tabs:?}");
    assert!(program.is_grey("Kubeconfig"));
    drop(program);

    // Asked all the same, the worker says it in words.
    desk.look(vec![Topic::Inside(bay.clone())]);
    desk.until("the refusal", |s| {
        matches!(s.insides.get(&bay).map(|p| &p.link), Some(bayview::model::cluster::Link::Failed(_)))
    });
    let bayview::model::cluster::Link::Failed(problem) = &desk.state.insides[&bay].link else { panic!("failed") };
    assert!(problem.said.contains("only Kubernetes bays can be entered"), "{problem}");
    desk.delete(&bay);
    desk.until_gone(&bay);
    desk.done(Change::DeleteBayModel { id: model, name: spec.name });
    desk.send(Command::SignOut);
}
