# placement
