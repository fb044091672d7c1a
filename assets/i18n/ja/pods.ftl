# ベイの Pod
pods-filter = 絞り込み：語、ns: workload: node: state: label:
pods-none = この{ -bay }ではまだ Pod が動いていません。
pods-none-match = 一致する Pod がありません。
pods-footer = Pod { $all } 件
pods-match = Pod { $all } 件中 { $n } 件が一致
pods-selected = { $n } 件を選択中
pods-select-none = 選択を解除
pods-col-name = 名前
pods-col-namespace = 名前空間
pods-col-status = 状態
pods-col-node = ノード
pods-col-owner = ワークロード
pods-col-ready = 準備
pods-col-restarts = 再起動
pods-col-ip = アドレス
pods-col-age = 経過
pods-no-node = 未配置
pods-cpu = CPU
pods-memory = メモリ
pods-in = { $namespace } の Pod
pods-copy-name = Pod 名をコピー
pods-copy-ip = アドレスをコピー
pods-restarts-n = 再起動 { $n } 回
pods-log = ログ
pods-yaml = YAML
pods-shows = ログまたは YAML
pods-requests = 要求
pods-images = イメージ
pods-labels = ラベル
pods-show-on-map = 配置図で表示
pods-container = コンテナ：{ $name }
pods-previous = 前回の再起動より前
pods-close-drawer = 引き出しを閉じる
pods-read-again = 読み直す
pods-copy-all = すべてコピー
pods-edit-yaml = マニフェストで開く
pods-reading-log = ログを読み込んでいます
pods-reading-yaml = オブジェクトを読み込んでいます
pods-log-empty = コンテナはまだ何も出力していません。
pods-delete-title = { $n ->
    [one] この Pod を削除しますか？
   *[other] Pod { $n } 件を削除しますか？
}
pods-delete-replaced = ワークロードの Pod は新しい Pod に置き換わります。Pod 自身のファイルに保存した内容は失われます。
pods-delete-orphans = うち { $n } 件はワークロードに属さないため、置き換わりません。
pods-delete-confirm = { $n ->
    [one] Pod を削除
   *[other] Pod { $n } 件を削除
}
