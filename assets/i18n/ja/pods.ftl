# pods
