//! Contract tests: what goes over the wire, against recorded shapes and against the demo cloud.

mod clouds_yaml;
mod keystone;
mod magnum;
mod magnum_2015;
mod mock_cloud;
mod services;
mod session;
mod transport;
mod demo_openstack;
