//! `/v1/certificates`: the authority of a bay, signing.

use serde_json::{Value, json};

use super::super::http::Reply;
use super::super::world::bay::{Bay, Coe};
use super::body::{self, Field, Kind};
use super::clusters::find;
use super::operations;
use super::{Answer, Call, Problem};

/// Routes a call.
pub(super) fn answer(call: &mut Call<'_>, method: &str, path: &[&str]) -> Answer {
    match (method, path) {
        ("GET", [ident]) => authority(call, ident),
        ("POST", []) => sign(call),
        ("PATCH", [ident]) => rotate(call, ident),
        _ if path.len() < 2 => Err(Problem::method("GET, PATCH, POST")),
        _ => Err(Problem::router(404)),
    }
}

/// Only the bay's own user, or an administrator, gets certificates: a colleague of the same project does not.
pub(super) fn owner(call: &Call<'_>, bay: &Bay, action: &str) -> Result<(), Problem> {
    if call.token.is_admin() || call.token.user_id == bay.user_id { Ok(()) } else { Err(Problem::policy(action)) }
}

/// The PEM of the bay's authority, without the last line break as Magnum has it.
pub(super) fn authority_pem(call: &Call<'_>, bay: &Bay, kind: &str) -> Result<String, Problem> {
    let authority = call.cloud.authority(&bay.uuid, bay.label(), kind);
    let authority = authority.map_err(|error| Problem::server(error.to_string()))?;
    Ok(authority.ca_pem().trim_end().to_owned())
}

/// A signed certificate for a request.
pub(super) fn sign_pem(call: &Call<'_>, bay: &Bay, kind: &str, csr: &str) -> Result<String, Problem> {
    let authority = call.cloud.authority(&bay.uuid, bay.label(), kind);
    let authority = authority.map_err(|error| Problem::server(error.to_string()))?;
    let signed = authority
        .sign_csr_pem(csr)
        .map_err(|_| Problem::invalid(format!("Received invalid csr b'{}'.", csr.replace('\n', "\\n"))))?;
    Ok(signed.trim_end().to_owned())
}

/// Which authority is meant; a word that Magnum does not know means the one for Kubernetes.
fn kind(value: Option<&str>) -> &str {
    value.filter(|kind| ["kubelet", "etcd", "front-proxy"].contains(kind)).unwrap_or("kubernetes")
}

fn authority(call: &Call<'_>, ident: &str) -> Answer {
    let bay = find(call, ident)?;
    owner(call, bay, "certificate:get")?;
    let kind = kind(call.request.query("ca_cert_type"));
    let pem = authority_pem(call, bay, kind)?;
    let links = call.links(&format!("certificates/{}", bay.uuid));
    Ok(Reply::ok(&json!({"cluster_uuid": bay.uuid, "pem": pem, "links": links})))
}

fn sign(call: &Call<'_>) -> Answer {
    let body = body::needed(call.request, "certificate")?;
    let fields: &[Field] =
        &[("cluster_uuid", Kind::Text(1, 255)), ("csr", Kind::Text(0, 65536)), ("ca_cert_type", Kind::Text(1, 255))];
    let given = body::typed("certificate", &body, fields, &[])?;
    call.member("certificate:create")?;
    let Some(ident) = given.get("cluster_uuid").and_then(Value::as_str) else {
        return Err(Problem::server("Cannot convert Unset to primitive"));
    };
    let bay = find(call, ident).map_err(|problem| {
        let status = if problem.status == 404 { 400 } else { problem.status };
        Problem { status, ..problem }
    })?;
    owner(call, bay, "certificate:create")?;
    let Some(csr) = given.get("csr").and_then(Value::as_str) else {
        return Err(Problem::server("Cannot load 'csr' in the base class"));
    };
    let kind = kind(given.get("ca_cert_type").and_then(Value::as_str));
    let pem = sign_pem(call, bay, kind, csr)?;
    let links = call.links(&format!("certificates/{}", bay.uuid));
    Ok(Reply::json(201, &json!({"cluster_uuid": bay.uuid, "csr": csr, "pem": pem, "links": links})))
}

/// The conductor does this while the caller waits: the new authority signs from now on, the nodes follow.
fn rotate(call: &mut Call<'_>, ident: &str) -> Answer {
    let body = body::json(call.request)?;
    if let Some(name) = body.as_object().and_then(|body| body.keys().next()) {
        return Err(Problem::invalid(format!("Unknown argument: \"{name}\"")));
    }
    let bay = find(call, ident)?.clone();
    call.member("certificate:rotate_ca")?;
    if bay.coe != Coe::Kubernetes {
        return Err(Problem::invalid("Rotating the CA certificate is not supported by this driver."));
    }
    if !operations::rests(&bay) {
        let status = bay.status();
        return Err(Problem::invalid(format!("Updating a cluster when status is \"{status}\" is not supported.")));
    }
    call.cloud.renew_authority(&bay.uuid, bay.label()).map_err(|error| Problem::server(error.to_string()))?;
    operations::rotate_authority(call.world, call.region, &bay.uuid, call.cloud.now());
    Ok(Reply::json(202, &json!({"uuid": bay.uuid})))
}
