# bay_models
