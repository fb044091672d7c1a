//! What a bay is: its fields, its health node by node, its addresses and ids.

use crate::model::bay::Bay;
use crate::model::cluster::Picture;
use crate::model::status::Sign;
use crate::ui::cx::Cx;
use crate::ui::route::Route;
use crate::ui::text;
use crate::ui::views::bay::words;
use crate::ui::widgets::button::{copy_button, link, tooltip};
use crate::ui::widgets::{age, glyph, line, panel, tail};
use egui::{Label, Ui, vec2};
use fluent_bundle::FluentValue;

/// A field: its message and how to draw its value.
type Field<'f> = (&'static str, Box<dyn FnOnce(&mut Ui) + 'f>);

/// The fields in one or two columns.
pub fn about_ui<'f>(cx: &'f Cx<'f>, ui: &mut Ui, bay: &'f Bay) {
    super::section_title(cx, ui, "overview-about");
    if let Some(reason) = bay.status_reason.as_deref().filter(|r| !r.is_empty() && !bay.status.failed()) {
        let words = cx.t("overview-reason");
        panel::key_value(cx, ui, &words, reason);
    }
    let fields = fields(cx, bay);
    let two = ui.available_width() > 640.0;
    if !two {
        for (id, value) in fields {
            panel::key_value_ui(cx, ui, &cx.t(id), value);
        }
        return;
    }
    let half = fields.len().div_ceil(2);
    let width = (ui.available_width() - 24.0) / 2.0;
    let mut fields = fields.into_iter();
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 24.0;
        for count in [half, usize::MAX] {
            ui.allocate_ui(vec2(width, 0.0), |ui| {
                ui.vertical(|ui| {
                    ui.set_width(width);
                    ui.spacing_mut().item_spacing = vec2(8.0, 4.0);
                    for (id, value) in fields.by_ref().take(count) {
                        panel::key_value_ui(cx, ui, &cx.t(id), value);
                    }
                });
            });
        }
    });
}

fn fields<'f>(cx: &'f Cx<'f>, bay: &'f Bay) -> Vec<Field<'f>> {
    let mut fields: Vec<Field<'f>> = Vec::new();
    let plain = |words: String| -> Box<dyn FnOnce(&mut Ui) + 'f> {
        Box::new(move |ui: &mut Ui| {
            ui.add(Label::new(text::body(words).color(cx.tokens.text)).wrap());
        })
    };
    let mono = |words: String| -> Box<dyn FnOnce(&mut Ui) + 'f> {
        Box::new(move |ui: &mut Ui| {
            ui.add(Label::new(text::mono(words).color(cx.tokens.text)).truncate());
        })
    };
    let engine = bay.coe.as_ref().map_or("", |c| c.title());
    let version = bay.coe_version.as_deref().unwrap_or_default();
    fields.push(("overview-model", Box::new(move |ui: &mut Ui| model_ui(cx, ui, bay))));
    fields.push(("overview-engine", plain(format!("{engine} {version}").trim().to_owned())));
    if let Some(runtime) = &bay.container_version {
        fields.push(("overview-runtime", plain(runtime.clone())));
    }
    if let Some(address) = &bay.api_address {
        fields.push(("overview-api", Box::new(move |ui: &mut Ui| copied_ui(cx, ui, address, "overview-api"))));
    }
    let group = |n: u32| crate::ui::widgets::chip::group(n as usize);
    fields.push(("overview-masters", plain(with_flavor(&group(bay.master_count), bay.master_flavor.as_deref()))));
    let workers = match worker_groups(cx, bay) {
        // The bay's flavor is that of one of them.
        groups if groups > 1 => {
            let args = [("n", FluentValue::from(group(bay.node_count))), ("groups", FluentValue::from(groups))];
            cx.f("overview-workers-groups", &args)
        }
        _ => with_flavor(&group(bay.node_count), bay.flavor.as_deref()),
    };
    fields.push(("overview-workers", plain(workers)));
    if let Some(keypair) = &bay.keypair {
        fields.push(("overview-keypair", plain(keypair.clone())));
    }
    let yes_no = |yes: bool| cx.t(if yes { "overview-yes" } else { "overview-no" }).into_owned();
    if let Some(network) = &bay.fixed_network {
        fields.push(("overview-network", plain(network.clone())));
    }
    if let Some(subnet) = &bay.fixed_subnet {
        fields.push(("overview-subnet", plain(subnet.clone())));
    }
    if let Some(yes) = bay.master_lb_enabled {
        fields.push(("overview-master-lb", plain(yes_no(yes))));
    }
    if let Some(yes) = bay.floating_ip_enabled {
        fields.push(("overview-floating-ips", plain(yes_no(yes))));
    }
    if let Some(size) = bay.docker_volume_size_gb {
        fields.push(("overview-docker-volume", plain(cx.f("overview-gigabytes", &[("n", FluentValue::from(size))]))));
    }
    if let Some(minutes) = bay.create_timeout_minutes {
        let words = if minutes == 0 {
            cx.t("overview-no-timeout").into_owned()
        } else {
            cx.f("overview-timeout-value", &[("minutes", FluentValue::from(minutes))])
        };
        fields.push(("overview-timeout", plain(words)));
    }
    for (id, at) in [("overview-created", bay.created_at), ("overview-updated", bay.updated_at)] {
        if let Some(at) = at {
            let words = format!("{}  ({})", age::date_time(cx, at), age::ago(cx, at as f64));
            fields.push((id, plain(words)));
        }
    }
    if let Some(url) = &bay.discovery_url {
        fields.push(("overview-discovery", mono(url.clone())));
    }
    fields
}

/// How many node groups of workers the bay has; 0 where that is not known.
fn worker_groups(cx: &Cx<'_>, bay: &Bay) -> usize {
    let groups = cx.state.details.get(&bay.id).and_then(|d| d.node_groups.value.as_deref());
    groups.map_or(0, |groups| groups.iter().filter(|g| g.role != "master").count())
}

fn with_flavor(count: &str, flavor: Option<&str>) -> String {
    match flavor {
        Some(flavor) => format!("{count} × {flavor}"),
        None => count.to_owned(),
    }
}

/// The bay model's name as a link to the bay models.
fn model_ui(cx: &Cx<'_>, ui: &mut Ui, bay: &Bay) {
    let title = cx.state.bay_model(&bay.model_id).map_or(bay.model_id.as_str(), |m| m.title());
    if link(cx, ui, title).clicked() {
        cx.go(Route::BayModels);
    }
}

/// A value in mono, cut where it is long, with a button that copies it.
fn copied_ui<'a>(cx: &Cx<'a>, ui: &mut Ui, value: &str, id: &'a str) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let galley = line(ui, value, text::mono_font(), cx.tokens.text, ui.available_width() - 26.0);
        let elided = galley.elided;
        let response = ui.add(Label::new(galley).sense(egui::Sense::hover()));
        if elided {
            tooltip(cx, response, value);
        }
        let what = cx.t(id);
        copy_button(cx, ui, value, &cx.f("overview-copy-value", &[("what", FluentValue::from(what))]));
    });
}

/// What Magnum's health check says, node by node where something is wrong.
pub fn health_ui(cx: &Cx<'_>, ui: &mut Ui, bay: &Bay) {
    panel::caption(cx, ui, &cx.t("overview-health"));
    let t = cx.tokens;
    let inside = cx.state.insides.get(&bay.id).map(|p| &**p);
    match words::health(cx, bay, inside) {
        None => {
            ui.label(text::body(cx.t("overview-health-none")).color(t.text2));
        }
        Some((sign, words)) => row(cx, ui, sign, &words, ""),
    }
    if let Some(api) = bay.health_reason.get("api") {
        let ok = api == "ok" || api.eq_ignore_ascii_case("true");
        let (sign, id) =
            if ok { (Sign::Ok, "overview-health-api-answers") } else { (Sign::Failed, "overview-health-api-trouble") };
        row(cx, ui, sign, &cx.t(id), &format!("api: {api}"));
    }
    let down = down(bay, inside);
    let told = bay.health_reason.keys().filter(|k| k.ends_with(READY)).count();
    if down.is_empty() && told > 0 {
        let words = cx.f("overview-health-all-ready", &[("count", FluentValue::from(told))]);
        row(cx, ui, Sign::Ok, &words, "");
    }
    for node in down.into_iter().take(20) {
        let state = cx.t(if node.silent { "overview-health-node-silent" } else { "overview-health-node-not-ready" });
        // What tells nodes apart stands at the end of their names.
        let font = text::body_font();
        let taken = line(ui, &state, font.clone(), cx.tokens.text, f32::INFINITY).size().x + 40.0;
        let name = tail(ui, &node.name, &font, ui.available_width() - taken);
        let args = [("node", FluentValue::from(name)), ("state", FluentValue::from(state.as_ref()))];
        row(cx, ui, node.sign, &cx.f("overview-health-node", &args), &node.tip);
    }
}

/// What Magnum's health reasons call a node's condition: `worker-11.Ready`.
const READY: &str = ".Ready";

/// A node that is not ready.
struct Down {
    /// As short as it is known.
    name: String,
    sign: Sign,
    /// Nothing is heard of its kubelet.
    silent: bool,
    /// What was said of it, as it came.
    tip: String,
}

/// Nodes that are not ready: what the bay itself says where its inside is seen, else what Magnum says.
fn down(bay: &Bay, inside: Option<&Picture>) -> Vec<Down> {
    let said =
        |name: &str| bay.health_reason.get(&format!("{name}{READY}")).map(|value| format!("{name}{READY}: {value}"));
    let seen: Vec<Down> = inside
        .iter()
        .flat_map(|picture| picture.nodes.iter())
        .filter(|node| node.ready != Some(true))
        .map(|node| Down {
            name: node.short.to_string(),
            sign: node.sign(),
            silent: node.ready.is_none(),
            tip: [node.message.clone(), said(&node.name).unwrap_or_default()].join("\n").trim().to_owned(),
        })
        .collect();
    if !seen.is_empty() {
        return seen;
    }
    let nodes = bay.health_reason.iter().filter(|(_, value)| value.as_str() != "True");
    nodes
        .filter_map(|(key, value)| Some((key.strip_suffix(READY)?, value)))
        .map(|(name, value)| {
            let silent = value == "Unknown";
            Down {
                name: name.to_owned(),
                // Magnum says `False` of silent nodes too: no more than that it is not ready is known then.
                sign: if silent { Sign::Unknown } else { Sign::Warning },
                silent,
                tip: said(name).unwrap_or_default(),
            }
        })
        .collect()
}

/// A sign and words; `tip` is what was said, as it came.
fn row(cx: &Cx<'_>, ui: &mut Ui, sign: Sign, words: &str, tip: &str) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        glyph::show(ui, cx, sign, 11.0);
        let ink = if sign == Sign::Ok { cx.tokens.text2 } else { cx.tokens.ink(sign) };
        let response = ui.add(Label::new(text::body(words).color(ink)).truncate());
        tooltip(cx, response, tip);
    });
}

/// Masters' and workers' addresses.
pub fn addresses_ui(cx: &Cx<'_>, ui: &mut Ui, bay: &Bay) {
    panel::caption(cx, ui, &cx.t("overview-addresses"));
    for (id, list) in
        [("overview-master-addresses", &bay.master_addresses), ("overview-node-addresses", &bay.node_addresses)]
    {
        if !list.is_empty() {
            // Hundreds of addresses help nobody; the nodes tab has them all.
            let shown: Vec<&str> = list.iter().take(12).map(String::as_str).collect();
            let more = if list.len() > shown.len() {
                format!(" … +{}", crate::i18n::grouped((list.len() - shown.len()) as u64))
            } else {
                String::new()
            };
            panel::key_value_mono(cx, ui, &cx.t(id), &format!("{}{more}", shown.join(" ")));
        }
    }
}

/// Ids, each to be copied.
pub fn ids_ui(cx: &Cx<'_>, ui: &mut Ui, bay: &Bay) {
    let mut id = |id: &'static str, value: Option<&str>| {
        if let Some(value) = value.filter(|v| !v.is_empty()) {
            panel::key_value_ui(cx, ui, &cx.t(id), |ui| copied_ui(cx, ui, value, id));
        }
    };
    id("overview-uuid", Some(&bay.id));
    id("overview-stack", bay.stack_id.as_deref());
    id("overview-project", bay.project_id.as_deref());
    id("overview-user", bay.user_id.as_deref());
}
