# bays
bays-new = 新しい{ -bay }
bays-columns = 列
bays-export = 書き出し
bays-none-to-export = 書き出すものがありません。
bays-copy-json = JSON としてコピー
bays-filter = 名前・モデル・ラベルで絞り込み
bays-chip-all = すべて
bays-chip-progress = 進行中
bays-chip-failed = 失敗
bays-chip-unhealthy = 異常あり
bays-any-coe = COE：すべて
bays-column-name = 名前
bays-column-status = 状態
bays-column-health = 健全性
bays-column-engine = エンジン
bays-column-nodes = ノード
bays-column-model = モデル
bays-column-age = 経過
bays-health-not-yet = 未確認

# $part は失敗した箇所、$why は理由
bays-reason = { $part }：{ $why }
bays-reason-short = 必要 { $needed }、残り { $left }
bays-reason-quota = 割り当て超過
bays-unknown-status = Bayview の知らない状態です。Magnum から受信したまま表示しています。
bays-open = 開く
bays-selected = { $count } 件を選択中
bays-delete-selected = 削除…
bays-refresh-selected = 更新
bays-clear-selection = 選択を解除
bays-reading = { -bay }を読み込み中
bays-empty = このプロジェクトにはまだ{ -bay }がありません。
bays-nothing-matches = 一致する{ -bay }がありません。
bays-show-all = すべて表示
bays-footer-some = { -bay } { $count } 件中 { $shown } 件を表示

# $age は経過時間、$every は秒数
bays-footer-quick = { $age }前に更新、進行中は { $every } 秒ごと
bays-footer-slow = { $age }前に更新、{ $every } 秒ごと
bays-footer-all = { -bay } { $count } 件、すべて表示
