//! Broken rules and field titles in words.

use crate::model::checks::{Arg, Field, Finding, Rule};
use crate::model::choices::QuotaResource;
use crate::ui::cx::Cx;
use fluent_bundle::FluentValue;

/// What is wrong, as a sentence.
pub fn rule_text(cx: &Cx<'_>, rule: &Rule) -> String {
    let args: Vec<(&str, FluentValue<'_>)> = rule
        .args()
        .into_iter()
        .map(|(name, value)| match value {
            Arg::Number(n) => (name, FluentValue::from(n as f64)),
            Arg::Text(text) => (name, FluentValue::from(text)),
        })
        .collect();
    cx.f(&rule.message_id(), &args)
}

/// Title of a field, as its label says it.
pub fn field_title(cx: &Cx<'_>, field: &Field) -> String {
    match field {
        Field::Label(name) => name.clone(),
        Field::Quota(resource) => quota_title(cx, *resource),
        Field::Env(at) | Field::Port(at) | Field::PodLabel(at) => {
            cx.f(&field.title_id(), &[("n", FluentValue::from(*at as f64 + 1.0))])
        }
        _ => cx.f(&field.title_id(), &[]),
    }
}

/// How the bottom bar names what stands in the way: the field, in small letters where the language has them.
pub fn link_title(cx: &Cx<'_>, finding: &Finding) -> String {
    field_title(cx, &finding.field)
}

/// Title of a quota.
pub fn quota_title(cx: &Cx<'_>, resource: QuotaResource) -> String {
    let id = match resource {
        QuotaResource::Bays => "quota-bays",
        QuotaResource::Instances => "quota-instances",
        QuotaResource::Vcpus => "quota-vcpus",
        QuotaResource::RamMib => "quota-ram",
        QuotaResource::FloatingIps => "quota-floating-ips",
        QuotaResource::Ports => "quota-ports",
        QuotaResource::SecurityGroups => "quota-security-groups",
    };
    cx.f(id, &[])
}
