//! Manifests: documents of a text, their identity and their problems by line.
