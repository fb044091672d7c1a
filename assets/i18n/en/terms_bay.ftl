# The two central words. $form: lower (default), Title (at the start), many, Many.
-bay = { $form ->
   *[lower] bay
    [Title] Bay
    [many] bays
    [Many] Bays
}
-bay-model = { $form ->
   *[lower] bay model
    [Title] Bay model
    [many] bay models
    [Many] Bay models
}
