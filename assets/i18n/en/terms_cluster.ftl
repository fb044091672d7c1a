# The two central words. $form: lower (default), Title (at the start), many, Many.
-bay = { $form ->
   *[lower] cluster
    [Title] Cluster
    [many] clusters
    [Many] Clusters
}
-bay-model = { $form ->
   *[lower] cluster template
    [Title] Cluster template
    [many] cluster templates
    [Many] Cluster templates
}
