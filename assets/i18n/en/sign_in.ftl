# sign_in
sign-in-title = Sign in
sign-in-new-profile = New profile
sign-in-new-title = New cloud
sign-in-reading-profiles = Reading clouds.yaml
sign-in-no-profiles = No clouds.yaml and no OS_* variables were found. Fill in the form, or open the demo cloud.
sign-in-source-environment = Environment
sign-in-source-saved = Saved here
sign-in-place-keyring = system keyring
sign-in-source-new = New

# $project, $region: names
sign-in-about-project = project { $project }
sign-in-about-region = region { $region }

# $path: a file; $line: a number
sign-in-from-file = From { $path }, line { $line }. Changes here are not written back.
sign-in-from-environment = From the OS_* variables of this shell. Changes here are not written back.
sign-in-from-saved = Saved by Bayview; its secret is in the system keyring.
sign-in-from-new = Any OpenStack cloud with Keystone v3 and Magnum.
sign-in-profile-name = Profile name
sign-in-profile-name-rule = What it is called in the list if it is remembered
sign-in-url = Auth URL
sign-in-url-rule = With or without /v3
sign-in-method = Method
sign-in-method-password = Password
sign-in-method-credential = Application credential
sign-in-method-token = Token
sign-in-user = User
sign-in-user-id = User id
sign-in-user-domain = User domain
sign-in-user-domain-id = User domain id
sign-in-password = Password
sign-in-stored = Stored; type here to use another one
sign-in-code = One-time code (TOTP)
sign-in-code-rule = This cloud asks for a second factor
sign-in-code-refused = That code was not accepted: it is wrong, or was used before. Type the next one.
sign-in-credential-id = Credential id
sign-in-credential-name = Credential name
sign-in-credential-secret = Secret
sign-in-credential-by-id = Give its id instead
sign-in-credential-by-name = Give its name instead
sign-in-token = Token
sign-in-token-rule = It cannot be renewed: the session ends with it
sign-in-project = Project
sign-in-project-id = Project id
sign-in-project-hint = asked for when empty
sign-in-project-domain = Project domain
sign-in-project-domain-id = Project domain id
sign-in-region = Region
sign-in-region-hint = the only or first one
sign-in-interface = Interface
# Which of Magnum's two vocabularies is used where a server has both: clusters, or the bays of 2015.
sign-in-magnum = Magnum speaks
sign-in-magnum-newest = Newest it can
sign-in-magnum-bays = Bays of 2015
sign-in-do = Sign in
sign-in-continue = Continue
sign-in-stop = Stop
sign-in-busy-button = Signing in…
sign-in-busy = A sign-in is under way.
sign-in-forget = Forget this profile
sign-in-remember = Remember in the keyring
sign-in-no-keyring = No keyring here: nothing can be remembered
sign-in-lacks-url = The auth URL is missing.
sign-in-lacks-user = The user is missing.
sign-in-lacks-password = The password is missing.
sign-in-lacks-credential = The application credential is missing.
sign-in-lacks-secret = The secret is missing.
sign-in-lacks-token = The token is missing.
sign-in-lacks-code = The one-time code is missing.
sign-in-lacks-project = Choose a project at the right.
sign-in-footer-keyring = Passwords and tokens stay in the system keyring
sign-in-footer-no-keyring = Passwords and tokens are kept in memory only
sign-in-key-profile = Profile
sign-in-key-enter = Sign in
sign-in-key-stop = Stop

# What a step found
sign-in-found-demo = Serves at { $url }
sign-in-found-keystone = Token for { $user }
sign-in-found-catalogue = { $services } services; regions: { $regions }
sign-in-found-magnum = API { $version }, dialect { $dialect }
sign-in-found-bays = { $count } { -bay(form: "many") }

# Demo cloud
demo-title = Demo cloud
demo-about = Built in, no network. { -bay(form: "Many") } in every state, time moves.
demo-open = Open the demo
demo-walkthrough = Guided walkthrough

# Certificates
certificates-title = Certificates
certificates-system = system store
certificates-pasted = pasted CA
certificates-verified = verified
certificates-unverified = not verified
certificates-ca-file = CA file
certificates-paste = CA certificates as text
certificates-pasted-wrong = This is not a PEM certificate.
certificates-verify = Verify the cloud’s certificates
certificates-verify-warning = Anybody on the way could read your password. Every screen will say so.
certificates-client-cert = Client certificate
certificates-client-key = Key of the client certificate
certificates-choose = Choose…
certificates-choosing = A file dialog is open.
certificates-files = Certificates

# Steps
steps-title = What happens
steps-about = Each step says what it found and how long it took.

# $name: profile
steps-busy-title = Signing in to { $name }
steps-failed-title = { $name }: sign-in failed
steps-so-far = { $secs } s so far
steps-wait-code = Waiting for the one-time code
steps-wait-project = Waiting for a project
steps-choose-project = Project
steps-choose-project-rule = The profile names none; these are yours.
steps-no-project = You have no project in this cloud. Ask its administrator for a role in one.
steps-failed-step = Step { $n }, { $step }
steps-choose-ca = Choose CA file…
step-demo = Demo cloud
step-demo-about = starts on this computer
step-keystone = Keystone
step-keystone-about = who you are, and for which project
step-catalogue = Catalogue
step-catalogue-about = services and regions
step-magnum = Magnum
step-magnum-about = dialect and version
step-bays = { -bay(form: "Many") }
step-bays-about = the first list
