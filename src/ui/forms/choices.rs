//! The cloud's own images, flavors, keypairs and networks as choices, and what the rules may know.

use crate::live::state::State;
use crate::model::bay_model::BayModel;
use crate::model::checks::Known;
use crate::model::choices::Flavor;
use crate::model::cloud::MagnumInfo;
use crate::ui::cx::Cx;
use fluent_bundle::FluentValue;

/// (value, words, detail).
pub type Options = Vec<(String, String, String)>;

/// What the region's Magnum can do, once known.
pub fn magnum<'a>(cx: &Cx<'a>) -> Option<&'a MagnumInfo> {
    cx.state.signed_in()?.magnum.value.as_ref()
}

/// Everything the rules may look at. `names` are those in use.
pub fn known<'a>(state: &'a State, magnum: &'a MagnumInfo, names: Option<&'a [String]>) -> Known<'a> {
    let choices = &state.choices;
    Known {
        magnum,
        identity: state.signed_in().map(|s| &s.identity),
        models: state.bay_models.value.as_ref().map(|m| m.as_slice()),
        flavors: choices.flavors.value.as_ref().map(|v| v.as_slice()),
        keypairs: choices.keypairs.value.as_ref().map(|v| v.as_slice()),
        images: choices.images.value.as_ref().map(|v| v.as_slice()),
        networks: choices.networks.value.as_ref().map(|v| v.as_slice()),
        subnets: choices.subnets.value.as_ref().map(|v| v.as_slice()),
        zones: choices.zones.value.as_ref().map(|v| v.as_slice()),
        names,
    }
}

/// `4 vCPU, 8 GiB, 40 GB`.
pub fn flavor_detail(cx: &Cx<'_>, flavor: &Flavor) -> String {
    let gib = flavor.ram_mib as f64 / 1024.0;
    let ram = if flavor.ram_mib.is_multiple_of(1024) { format!("{gib:.0}") } else { format!("{gib:.1}") };
    cx.f(
        "form-flavor-detail",
        &[
            ("vcpus", FluentValue::from(f64::from(flavor.vcpus))),
            ("ram", FluentValue::from(ram)),
            ("disk", FluentValue::from(flavor.disk_gb as f64)),
        ],
    )
}

/// Flavors, by name as they are listed.
pub fn flavors(cx: &Cx<'_>) -> Options {
    let list = cx.state.choices.flavors.value.as_deref();
    list.into_iter().flatten().map(|f| (f.name.clone(), f.name.clone(), flavor_detail(cx, f))).collect()
}

/// Keypairs.
pub fn keypairs(cx: &Cx<'_>) -> Options {
    let list = cx.state.choices.keypairs.value.as_deref();
    list.into_iter().flatten().map(|k| (k.name.clone(), k.name.clone(), shorten(&k.fingerprint))).collect()
}

/// Images with their distribution; those without one can be seen and not used.
pub fn images(cx: &Cx<'_>) -> Options {
    let list = cx.state.choices.images.value.as_deref();
    let detail = |distro: &Option<String>| distro.clone().unwrap_or_else(|| cx.f("form-image-no-distro", &[]));
    list.into_iter().flatten().map(|i| (i.name.clone(), i.name.clone(), detail(&i.os_distro))).collect()
}

/// External or internal networks. Names that stand twice are told apart, and sent, by id.
pub fn networks(cx: &Cx<'_>, external: bool) -> Options {
    let Some(list) = cx.state.choices.networks.value.as_deref() else { return Options::new() };
    let wanted: Vec<_> = list.iter().filter(|n| n.external == external).collect();
    let option = |n: &&crate::model::choices::Network| {
        let unique = !n.name.is_empty() && wanted.iter().filter(|o| o.name == n.name).count() == 1;
        let value = if unique { n.name.clone() } else { n.id.clone() };
        let words = if n.name.is_empty() { n.id.clone() } else { n.name.clone() };
        (value, words, if unique { String::new() } else { shorten(&n.id) })
    };
    wanted.iter().map(option).collect()
}

/// Subnets of a network (by name or id).
pub fn subnets(cx: &Cx<'_>, network: &str) -> Options {
    let networks = cx.state.choices.networks.value.as_deref();
    let id = networks.into_iter().flatten().find(|n| n.id == network || n.name == network).map(|n| &n.id);
    let list = cx.state.choices.subnets.value.as_deref();
    list.into_iter()
        .flatten()
        .filter(|s| id.is_none_or(|id| s.network_id == *id))
        .map(|s| (s.id.clone(), if s.name.is_empty() { s.id.clone() } else { s.name.clone() }, s.cidr.clone()))
        .collect()
}

/// Availability zones.
pub fn zones(cx: &Cx<'_>) -> Options {
    let list = cx.state.choices.zones.value.as_deref();
    list.into_iter().flatten().map(|z| (z.clone(), z.clone(), String::new())).collect()
}

/// Bay models with engine and version.
pub fn models(cx: &Cx<'_>) -> Options {
    let list = cx.state.bay_models.value.as_deref();
    list.into_iter().flatten().map(|m| (m.id.clone(), m.title().to_owned(), model_detail(m))).collect()
}

/// `Kubernetes v1.30.4, ubuntu, calico`.
pub fn model_detail(model: &BayModel) -> String {
    let engine = model.spec.coe.as_ref().map(|c| c.title().to_owned()).unwrap_or_default();
    let version = model.spec.labels.get("kube_tag").cloned().unwrap_or_default();
    let first = format!("{engine} {version}");
    let rest = [model.cluster_distro.clone(), model.spec.network_driver.clone()];
    let parts = std::iter::once(first.trim().to_owned()).chain(rest.into_iter().flatten());
    parts.filter(|p| !p.is_empty()).collect::<Vec<_>>().join(", ")
}

/// Plain words as choices.
pub fn words(list: &[&str]) -> Options {
    list.iter().map(|w| ((*w).to_owned(), (*w).to_owned(), String::new())).collect()
}

fn shorten(text: &str) -> String {
    if text.chars().count() > 14 { text.chars().take(13).chain(['…']).collect() } else { text.to_owned() }
}
