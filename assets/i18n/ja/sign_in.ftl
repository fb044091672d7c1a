# sign_in
sign-in-title = サインイン
sign-in-new-profile = 新しいプロファイル
sign-in-new-title = 新しいクラウド
sign-in-reading-profiles = clouds.yaml を読み込み中
sign-in-no-profiles = clouds.yaml も OS_* 変数も見つかりません。フォームに入力するか、デモクラウドを開いてください。
sign-in-source-environment = 環境変数
sign-in-source-saved = 保存済み
sign-in-place-keyring = システムのキーリング
sign-in-source-new = 新規

# $project、$region は名前
sign-in-about-project = プロジェクト { $project }
sign-in-about-region = リージョン { $region }

# $path はファイル、$line は行番号
sign-in-from-file = { $path } の { $line } 行目。ここでの変更はファイルに書き戻されません。
sign-in-from-environment = このシェルの OS_* 変数から。ここでの変更は書き戻されません。
sign-in-from-saved = Bayview が保存しました。パスワードはシステムのキーリングにあります。
sign-in-from-new = Keystone v3 と Magnum がある OpenStack クラウドなら接続できます。
sign-in-profile-name = プロファイル名
sign-in-profile-name-rule = 記憶した場合に一覧に出る名前
sign-in-url = 認証 URL
sign-in-url-rule = /v3 はあってもなくても構いません
sign-in-method = 認証方法
sign-in-method-password = パスワード
sign-in-method-credential = アプリケーション認証情報
sign-in-method-token = トークン
sign-in-user = ユーザー
sign-in-user-id = ユーザー ID
sign-in-user-domain = ユーザードメイン
sign-in-user-domain-id = ユーザードメイン ID
sign-in-password = パスワード
sign-in-stored = 保存済み。別のものを使う場合だけ入力
sign-in-code = ワンタイムコード（TOTP）
sign-in-code-rule = このクラウドは二要素認証を求めます
sign-in-code-refused = このコードは受け付けられませんでした。間違っているか、使用済みです。次のコードを入力してください。
sign-in-credential-id = 認証情報 ID
sign-in-credential-name = 認証情報の名前
sign-in-credential-secret = シークレット
sign-in-credential-by-id = ID で指定する
sign-in-credential-by-name = 名前で指定する
sign-in-token = トークン
sign-in-token-rule = 更新できないため、期限切れでセッションも終わります
sign-in-project = プロジェクト
sign-in-project-id = プロジェクト ID
sign-in-project-hint = 空なら後で選択
sign-in-project-domain = プロジェクトドメイン
sign-in-project-domain-id = プロジェクトドメイン ID
sign-in-region = リージョン
sign-in-region-hint = 唯一または最初のもの
sign-in-interface = インターフェース
# Which of Magnum's two vocabularies is used where a server has both: clusters, or the bays of 2015.
sign-in-magnum = Magnum の方言
sign-in-magnum-newest = 最新
sign-in-magnum-bays = 2015 年のベイ
sign-in-do = サインイン
sign-in-continue = 続ける
sign-in-stop = 中止
sign-in-busy-button = サインイン中…
sign-in-busy = サインインの途中です。
sign-in-forget = このプロファイルを削除
sign-in-remember = キーリングに記憶
sign-in-no-keyring = キーリングが使えないため記憶できません
sign-in-lacks-url = 認証 URL を入力してください。
sign-in-lacks-user = ユーザーを入力してください。
sign-in-lacks-password = パスワードを入力してください。
sign-in-lacks-credential = アプリケーション認証情報を入力してください。
sign-in-lacks-secret = シークレットを入力してください。
sign-in-lacks-token = トークンを入力してください。
sign-in-lacks-code = ワンタイムコードを入力してください。
sign-in-lacks-project = 右側でプロジェクトを選んでください。
sign-in-footer-keyring = パスワードとトークンはシステムのキーリングに保管されます
sign-in-footer-no-keyring = パスワードとトークンはメモリにのみ保持されます
sign-in-key-profile = プロファイル
sign-in-key-enter = サインイン
sign-in-key-stop = 中止

# 各手順の結果
sign-in-found-demo = { $url } で起動
sign-in-found-keystone = { $user } のトークンを取得
sign-in-found-catalogue = サービス { $services } 種、リージョン：{ $regions }
sign-in-found-magnum = API { $version }、方言 { $dialect }
sign-in-found-bays = { -bay } { $count } 件

# デモクラウド
demo-title = デモクラウド
demo-about = 内蔵、ネットワーク不要。あらゆる状態の{ -bay }があり、時間も進みます。
demo-open = デモを開く
demo-walkthrough = ガイドツアー

# 証明書
certificates-title = 証明書
certificates-system = システムの証明書ストア
certificates-pasted = 貼り付けた CA
certificates-verified = 検証あり
certificates-unverified = 検証なし
certificates-ca-file = CA ファイル
certificates-paste = CA 証明書（テキスト）
certificates-pasted-wrong = PEM 形式の証明書ではありません。
certificates-verify = クラウドの証明書を検証する
certificates-verify-warning = 経路上の第三者にパスワードを読み取られる恐れがあります。全画面に警告を表示します。
certificates-client-cert = クライアント証明書
certificates-client-key = クライアント証明書の鍵
certificates-choose = 選択…
certificates-choosing = ファイル選択画面が開いています。
certificates-files = 証明書

# 手順
steps-title = サインインの流れ
steps-about = 各手順の結果と所要時間を表示します。

# $name はプロファイル
steps-busy-title = { $name } にサインイン中
steps-failed-title = { $name }：サインイン失敗
steps-so-far = { $secs } 秒経過
steps-wait-code = ワンタイムコードの入力待ち
steps-wait-project = プロジェクトの選択待ち
steps-choose-project = プロジェクト
steps-choose-project-rule = プロファイルに指定がありません。利用できるプロジェクトです。
steps-no-project = このクラウドに利用できるプロジェクトがありません。管理者にロールの付与を依頼してください。
steps-failed-step = 手順 { $n }、{ $step }
steps-choose-ca = CA ファイルを選択…
step-demo = デモクラウド
step-demo-about = このコンピューターで起動
step-keystone = Keystone
step-keystone-about = 本人確認とプロジェクト
step-catalogue = カタログ
step-catalogue-about = サービスとリージョン
step-magnum = Magnum
step-magnum-about = 方言とバージョン
step-bays = { -bay }
step-bays-about = 最初の一覧
