# walkthrough
