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
