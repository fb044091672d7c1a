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
