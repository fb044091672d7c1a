//! Contract tests: what goes over the wire, against recorded shapes and against the demo cloud.

// A test that cannot go on says why by its panic.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod clouds_yaml;
mod demo_openstack;
mod keystone;
mod kubernetes;
mod magnum;
mod magnum_2015;
mod mock_cloud;
mod services;
mod session;
mod transport;
mod worker;
