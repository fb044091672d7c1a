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
