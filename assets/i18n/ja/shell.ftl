# shell

# 入力欄、一覧、読み込み
filter-clear = 絞り込みを消去
field-show-secret = 表示する
field-hide-secret = 隠す
select-none = 未選択
select-search = 検索
select-nothing-found = 見つかりません
panel-close = このパネルを閉じる
# $what: 読み込み中のもの、$time: 経過時間
loading-for = { $what }（{ $time }経過）
# $age: 経過時間、$why: 原因
stale-line = { $age }間更新されていません：{ $why }

# 左の列、上の帯
rail-bays = { -bay }
rail-bay-models = { -bay-model }
rail-containers = コンテナ
rail-manifests = マニフェスト
rail-activity = 操作履歴
rail-settings = 設定
search-hint = 検索、またはコマンドを実行
switch-cloud = クラウド
switch-project = プロジェクト
switch-region = リージョン
switch-other-cloud = 別のクラウド…
connection-ok = 接続中
connection-latency-tip = 直近の要求の往復時間
connection-stale = { $age }間更新なし
connection-unverified = TLS 検証なし
connection-unverified-tip = このクラウドでは証明書を検証していません。経路上の第三者が通信を読み取り、改ざんできる状態です。
bell-label = 通知、新着 { $count } 件
bell-title = 通知
bell-empty = まだありません。
user-menu = { $user }：アカウントと設定
user-about = { $project }：{ $roles }
user-token-until = { $time } までサインイン中
list-comma = 、

# コマンド
command-bays = { -bay }へ移動
command-bay-models = { -bay-model }へ移動
command-containers = コンテナへ移動
command-manifests = マニフェストへ移動
command-activity = 操作履歴へ移動
command-settings = 設定
command-new-bay = 新しい{ -bay }
command-new-bay-model = 新しい{ -bay-model }
command-new-container = 新しいコンテナ
command-back = 戻る
command-refresh = この画面を更新
command-palette = 検索とコマンド
command-shortcuts = キーボード操作
command-theme = ダークとライトの切り替え
command-language = Switch to English
command-zoom-in = 拡大
command-zoom-out = 縮小
command-zoom-reset = 標準の大きさ
command-walkthrough = ガイドツアー
command-other-cloud = 別のクラウドにサインイン
command-sign-out = サインアウト
command-needs-session = サインインが必要です
command-reader = 権限は閲覧のみです
command-nothing-to-refresh = 更新するものはありません
palette-query = 検索またはコマンド

# 通知
toast-details = 詳細
toast-close = この通知を閉じる
toast-copied = クリップボードにコピーしました

# 確認画面。$name はベイまたはベイモデルの名前
delete-title = { $name } を削除しますか？
delete-title-many = { $count } 個の{ -bay }を削除しますか？
delete-warning = 元に戻せません。次のものが失われます：
delete-also = { -bay }が自ら作成したロードバランサー、ボリューム、Floating IP も一緒に削除されます。
delete-type-name = 確認のため { $name } と入力してください
delete-type-count = 確認のため、{ -bay }の数 { $count } を入力してください
delete-do = { -bay }を削除
delete-do-many = まとめて削除
delete-not-matching = 入力がまだ一致していません。
delete-model-title = { $name } を削除しますか？
delete-model-warning = この{ -bay-model }を使う{ -bay }はありません。元に戻せません。
delete-model-in-use = 次の{ -bay }が使用中のため、Magnum はこの{ -bay-model }の削除を拒否します：{ $bays }
delete-model-used = 使用中です。
delete-model-do = { -bay-model }を削除
scale-title = { $name } のサイズ変更
scale-workers = ワーカー
scale-now = 現在 { $count }
scale-same = 変更はありません。
scale-do = { $count } に変更
scale-not-now = ほかの処理中は変更できません。

# キーボード
keys-title = キーボード操作
keys-filter = 絞り込み欄へ移動
keys-escape = 閉じる・消去・中止
keys-new = 新規作成（一覧）
keys-rows = 行の移動
keys-open = 行を開く
keys-select = 行を選択
keys-all = すべての行を選択
keys-this = キーボード操作
lost-masters = マスター { $n } 台
lost-nodes = ワーカー { $n } 台
lost-pods = Pod { $n } 個
lost-workloads = ワークロード { $n } 個
lost-load-balancers = ロードバランサー { $n } 個
lost-volumes = { $size } GB のボリューム { $count } 個
scale-more = ワーカーを { $count } 台追加します。割り当ての範囲内である必要があります。
scale-fewer = ワーカーを { $count } 台削除します。載っている Pod は別のノードに移るか、待機します。
keys-here = この画面
keys-everywhere = どこでも
toast-open = 開く
command-open-kubeconfig = kubeconfig を開く…
kubeconfig-open-title = kubeconfig を開く

kubeconfig-contexts-title = どのクラスターを開きますか？
kubeconfig-contexts-filter = コンテキストを絞り込む
kubeconfig-contexts-none-match = 一致するコンテキストはありません。
kubeconfig-contexts-none = 1 つ以上選んでください。
kubeconfig-contexts-do = { $count ->
    [0] 開く
   *[other] { $count } クラスターを開く
}
kubeconfig-context-current = { $name }（現在）
kubeconfig-context-nowhere = ファイルにクラスター { $cluster } がありません
