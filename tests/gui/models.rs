//! Bay models and containers, driven by accessible label in both languages.

use crate::bay_stage::{Screen, Stage, harness};
use crate::samples::bay;
use bayview::i18n::Lang;
use bayview::live::command::{Change, Command};
use bayview::model::container::ContainerAction;
use bayview::ui::cx::UiAction;
use bayview::ui::route::{BayTab, Route};
use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

const SIZE: [f32; 2] = [1280.0, 800.0];

#[test]
fn a_model_in_use_cannot_be_deleted_and_says_why() {
    for (lang, delete, why) in
        [(Lang::En, "Delete…", "3 bays use it: delete those first."), (Lang::Ja, "削除…", "3 件のベイが使用中です。")]
    {
        let mut h = harness(Stage::new(bay::state(), Screen::Models).lang(lang), SIZE);
        h.get_by_role_and_label(Role::Row, "k8s-1.30-ubuntu").click();
        h.run_ok();
        assert!(h.get_by_label(delete).accesskit_node().is_disabled());
        assert!(h.query_by_label_contains(why).is_some());
        h.get_by_role_and_label(Role::Row, "mesos-ubuntu").click();
        h.run_ok();
        h.get_by_label(delete).click();
        h.run_ok();
        assert_eq!(h.state().acted(), [UiAction::AskDeleteBayModel("model-4".into())]);
    }
}

#[test]
fn a_model_leads_to_a_new_bay_a_copy_and_the_bays_that_use_it() {
    let mut h = harness(Stage::new(bay::state(), Screen::Models), SIZE);
    h.get_by_role_and_label(Role::Row, "k8s-1.30-ubuntu").click();
    h.run_ok();
    for (label, route) in [
        ("New bay from it", Route::NewBay { model: Some("model-1".into()), from: None }),
        ("Copy as new", Route::NewBayModel { from: Some("model-1".into()) }),
        ("New bay model", Route::NewBayModel { from: None }),
        ("k8s-prod", Route::Bay(bay::PROD.into(), BayTab::Overview)),
    ] {
        h.get_by_label(label).click();
        h.run_ok();
        assert_eq!(h.state().acted(), [UiAction::Go(route)], "{label}");
    }
}

#[test]
fn a_container_of_2015_is_stopped_and_deleted() {
    for (lang, stop, delete, confirm) in
        [(Lang::En, "Stop", "Delete…", "Delete container"), (Lang::Ja, "停止する", "削除…", "コンテナを削除")]
    {
        let mut h = harness(Stage::new(bay::state_2015(), Screen::Containers).lang(lang), SIZE);
        h.get_by_role_and_label(Role::Row, "web-cache").click();
        h.run_ok();
        h.get_by_label(stop).click();
        h.run_ok();
        let sent = h.state_mut().sent();
        let stopped = |c: &Command| matches!(c, Command::Change { change, .. } if matches!(&**change, Change::ActOnContainer { action: ContainerAction::Stop, name, .. } if name == "web-cache"));
        assert!(sent.iter().any(stopped), "{sent:?}");
        h.get_by_label(delete).click();
        h.run_ok();
        h.get_by_label(confirm).click();
        h.run_ok();
        let sent = h.state_mut().sent();
        let deleted = |c: &Command| matches!(c, Command::Change { change, .. } if matches!(**change, Change::DeleteContainer { .. }));
        assert!(sent.iter().any(deleted), "{sent:?}");
    }
}

#[test]
fn on_a_cloud_of_today_the_screen_says_where_containers_live() {
    let mut h = harness(Stage::new(bay::state(), Screen::Containers), SIZE);
    assert!(h.query_by_label_contains("they run as pods inside bays").is_some());
    h.get_by_label("k8s-prod").click();
    h.run_ok();
    assert_eq!(h.state().acted(), [UiAction::Go(Route::Bay(bay::PROD.into(), BayTab::Pods))]);
    h.get_by_label("New container").click();
    h.run_ok();
    assert_eq!(h.state().acted(), [UiAction::Go(Route::NewContainer)]);
}

#[test]
fn the_models_of_a_japanese_window_are_kept_as_a_picture() {
    let mut h = harness(Stage::new(bay::state(), Screen::Models).lang(Lang::Ja), [1440.0, 900.0]);
    crate::bay_stage::shoot(&mut h, "models-heads-ja");
    // A head that sorts has room for its words and the arrow.
    let head = h.get_by_role_and_label(Role::ColumnHeader, "使用数").rect();
    assert!(head.width() >= 3.0 * 11.0 + 14.0, "{head}");
}
