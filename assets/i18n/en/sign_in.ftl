# sign_in
