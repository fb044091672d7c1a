# 複数の画面で使う語
word-bay = { -bay }
word-bays = { -bay }
word-bay-model = { -bay-model }
word-bay-models = { -bay-model }

sign-ok = 稼働中
sign-progress = 起動中
sign-pending = 待機中
sign-warning = 準備未完了
sign-failed = 失敗
sign-unknown = 不明
sign-deleting = 削除中

action-cancel = キャンセル
action-close = 閉じる
action-copy = コピー
action-delete = 削除…
action-retry = 再試行
action-refresh = 更新
action-back = 戻る

age-seconds = { $n }秒
age-minutes = { $n }分
age-hours = { $n }時間
age-days = { $n }日
age-years-days = { $years }年{ $days }日
age-ago = { $age }前

# 操作履歴と通知での操作名
job-create-bay-model = { -bay-model }の作成
job-delete-bay-model = { -bay-model }の削除
job-create-bay = { -bay }の作成
job-scale-bay = { -bay }のサイズ変更
job-delete-bay = { -bay }の削除
job-save-kubeconfig = kubeconfig の保存
job-scale-workload = スケール
job-delete-object = 削除
job-validate-manifests = マニフェストの検証
job-apply-manifests = マニフェストの適用
job-delete-manifests = マニフェストによる削除
job-create-container = コンテナの作成
job-act-on-container = コンテナの操作
job-delete-container = コンテナの削除
notice-job-accepted = { $job }：{ $target } を受け付けました
notice-job-done = { $job }：{ $target } を完了しました
notice-job-partly = { $job }：{ $target } を一部だけ完了しました
notice-job-failed = { $job }：{ $target } に失敗しました
notice-bay-up = { $target } が使えるようになりました
notice-bay-resized = { $target } のサイズを変更しました
notice-bay-deleted = { $target } を削除しました
notice-no-such-cloud = { $name } という名前のクラウドは見つかりません
notice-internal = Bayview 内部の処理が中断しました
notice-switch-failed = 切り替えに失敗しました
notice-profile-not-kept = プロファイルを保存できませんでした
notice-kubeconfig-not-opened = kubeconfig を開けませんでした

table-export = 書き出し
table-copy-csv = CSV としてコピー
table-save-csv = CSV として保存…
table-save-title = 表を CSV として保存
table-saved = 表を { $path } に保存しました
table-not-saved = 表を保存できませんでした：{ $why }
table-group = グループ：{ $by }
table-group-none = なし
table-group-open-all = すべてのグループを開く
table-group-close-all = すべてのグループを閉じる
table-group-empty = （なし）
