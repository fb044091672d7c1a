//! Glance: images, with the property that Magnum needs of them.

use super::error::Error;
use super::session::ServiceClient;
use super::wire;
use crate::model::choices::Image;
use serde::Deserialize;

/// The way to one Glance. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Glance {
    service: ServiceClient,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireImage {
    #[serde(deserialize_with = "wire::text")]
    id: String,
    #[serde(deserialize_with = "wire::text")]
    name: String,
    #[serde(deserialize_with = "wire::opt_text")]
    os_distro: Option<String>,
    #[serde(deserialize_with = "wire::text")]
    status: String,
    #[serde(deserialize_with = "wire::opt_number")]
    min_disk: Option<i64>,
    #[serde(deserialize_with = "wire::opt_number")]
    min_ram: Option<i64>,
}

impl Glance {
    pub(crate) fn new(service: ServiceClient) -> Glance {
        Glance { service: service.with_version("v2") }
    }

    /// Images that the project can use: those with `os_distro` first, then by name.
    ///
    /// # Errors
    /// As any call.
    pub async fn images(&self) -> Result<Vec<Image>, Error> {
        let list = self.service.pages(&["images"], &[("limit", "500")], "images").await?;
        let rows = wire::members::<WireImage>(list, "images").into_iter().map(|i| Image {
            id: i.id,
            name: i.name,
            os_distro: i.os_distro,
            status: i.status,
            min_disk_gb: wire::count(i.min_disk).into(),
            min_ram_mib: wire::count(i.min_ram).into(),
        });
        let mut images: Vec<Image> = rows.collect();
        images.sort_by(|a, b| (a.os_distro.is_none(), &a.name, &a.id).cmp(&(b.os_distro.is_none(), &b.name, &b.id)));
        Ok(images)
    }
}
