//! Kubernetes API servers of the demo's bays.
