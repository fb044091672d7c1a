# ベイのイベント
events-filter = 対象・理由・メッセージで絞り込み
events-all = すべて
events-warnings = 警告
events-footer = イベント { $n } 件、うち警告 { $warnings } 件
events-none = Kubernetes のイベントはありません。保持されるのは約 1 時間です。
events-none-match = 一致するイベントがありません。
events-open-object = 対象を表示
events-col-seen = 最終
events-col-reason = 理由
events-col-object = 対象
events-col-namespace = 名前空間
events-col-message = メッセージ
events-col-count = 回数
events-col-source = 発生元
events-warning = 警告
events-normal = 通常
events-last-seen = 最終確認
