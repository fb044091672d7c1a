//! `/v1/certificates` of 2015: the same authority, under `bay_uuid`.

use serde_json::{Value, json};

use super::super::super::http::Reply;
use super::super::body::{self, Field, Kind};
use super::super::certificates::{authority_pem, owner, sign_pem};
use super::super::{Answer, Call, Problem};
use super::find_bay;

/// Routes a call.
pub(super) fn answer(call: &Call<'_>, method: &str, path: &[&str]) -> Answer {
    match (method, path) {
        ("GET", [ident]) => {
            let bay = find_bay(call, ident)?;
            owner(call, bay, "certificate:get")?;
            let pem = authority_pem(call, bay, "kubernetes")?;
            let links = call.links(&format!("certificates/{}", bay.uuid));
            Ok(Reply::ok(&json!({"bay_uuid": bay.uuid, "pem": pem, "links": links})))
        }
        ("POST", []) => sign(call),
        _ if path.len() < 2 => Err(Problem::method("GET, POST")),
        _ => Err(Problem::router(404)),
    }
}

fn sign(call: &Call<'_>) -> Answer {
    let body = body::json(call.request)?;
    let fields: &[Field] = &[("bay_uuid", Kind::Text(1, 255)), ("csr", Kind::Text(0, 65536))];
    let given = body::typed("certificate", &body, fields, &["bay_uuid", "csr"])?;
    call.member("certificate:create")?;
    let text = |key: &str| given.get(key).and_then(Value::as_str).unwrap_or_default();
    let bay = find_bay(call, text("bay_uuid")).map_err(|problem| Problem { status: 400, ..problem })?;
    owner(call, bay, "certificate:create")?;
    let pem = sign_pem(call, bay, "kubernetes", text("csr"))?;
    let links = call.links(&format!("certificates/{}", bay.uuid));
    Ok(Reply::json(201, &json!({"bay_uuid": bay.uuid, "csr": text("csr"), "pem": pem, "links": links})))
}
