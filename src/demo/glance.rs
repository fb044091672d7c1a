//! Glance: images, with the `os_distro` that Magnum asks for.

use serde_json::{Value, json};

use super::cloud::Cloud;
use super::http::{Reply, Request};
use super::keystone;
use super::world::compute::Image;
use super::world::z_time;

/// The service.
pub(super) fn answer(cloud: &Cloud, region: usize, request: &Request) -> Reply {
    let segments = request.segments();
    if segments.is_empty() || segments == ["versions"] {
        let versions: Vec<Value> = [("v2.9", "CURRENT"), ("v2.0", "SUPPORTED")]
            .iter()
            .map(|(id, status)| {
                json!({"id": id, "status": status, "links": [{"rel": "self", "href": format!("{}/v2/", request.base)}]})
            })
            .collect();
        return Reply::json(if segments.is_empty() { 300 } else { 200 }, &json!({"versions": versions}));
    }
    let world = cloud.world();
    if let Err(reply) = keystone::caller(cloud, &world, request) {
        return reply;
    }
    let images = &world.regions[region].compute.images;
    match (request.method.as_str(), segments.as_slice()) {
        ("GET", ["v2", "images"]) => list(request, images),
        ("GET", ["v2", "images", id]) => match images.iter().find(|image| image.id == **id) {
            Some(image) => Reply::ok(&image_json(image)),
            None => html(404, &format!("No image found with ID {id}")),
        },
        ("GET", ["v2", "schemas", "image"]) => Reply::ok(&json!({"name": "image", "properties": {}})),
        _ => html(404, "The resource could not be found."),
    }
}

/// Glance refuses in HTML.
fn html(status: u16, message: &str) -> Reply {
    let body = format!(
        "<html>\n <head>\n  <title>{status} Not Found</title>\n </head>\n <body>\n  <h1>{status} Not Found</h1>\n  \
         {message}<br /><br />\n </body>\n</html>"
    );
    Reply::text(status, "text/html; charset=UTF-8", body)
}

fn list(request: &Request, images: &[Image]) -> Reply {
    let name = request.query("name").map(|name| name.strip_prefix("in:").unwrap_or(name).trim_matches('"'));
    let matches = |image: &&Image| {
        name.is_none_or(|name| image.name == name)
            && request.query("os_distro").is_none_or(|distro| image.os_distro.as_deref() == Some(distro))
            && request.query("status").is_none_or(|status| status == "active")
    };
    let found: Vec<&Image> = images.iter().filter(matches).collect();
    let skip =
        request.query("marker").and_then(|id| found.iter().position(|image| image.id == id)).map_or(0, |at| at + 1);
    let limit = request.query("limit").and_then(|limit| limit.parse().ok()).unwrap_or(25_usize).clamp(1, 1000);
    let more = found.len() > skip + limit;
    let page: Vec<&Image> = found.into_iter().skip(skip).take(limit).collect();
    let mut body = json!({
        "images": page.iter().map(|image| image_json(image)).collect::<Vec<_>>(), "first": "/v2/images",
        "schema": "/v2/schemas/images",
    });
    if let (true, Some(last)) = (more, page.last()) {
        body["next"] = json!(format!("/v2/images?limit={limit}&marker={}", last.id));
    }
    Reply::ok(&body)
}

fn image_json(image: &Image) -> Value {
    let id = &image.id;
    let mut body = json!({
        "id": id, "name": image.name, "status": "active", "visibility": "public", "protected": false,
        "container_format": "bare", "disk_format": "qcow2", "size": image.size_bytes, "virtual_size": null,
        "min_disk": image.min_disk_gb, "min_ram": 0, "checksum": id.replace('-', ""), "owner": null, "tags": [],
        "os_hidden": false, "os_version": image.os_version, "created_at": z_time(image.created),
        "updated_at": z_time(image.created), "self": format!("/v2/images/{id}"), "file": format!("/v2/images/{id}/file"),
        "schema": "/v2/schemas/image",
    });
    if let Some(distro) = &image.os_distro {
        body["os_distro"] = json!(distro);
    }
    body
}
