# manifests
