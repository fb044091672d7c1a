//! Contract tests: what goes over the wire, against recorded shapes and against the demo cloud.

mod demo_openstack;
