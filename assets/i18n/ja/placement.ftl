# マップ本体。$n は件数、$nodes と $pods は桁区切り付き
map-name = 配置マップ
map-minimap = マップの全体図
map-nodes = { $n ->
   *[other] { $nodes } ノード
}
map-pods = { $n ->
   *[other] { $pods } Pod
}
map-counts = { $n ->
   *[other] { $nodes } ノード、{ $pods } Pod
}
map-counts-room = { $n ->
   *[other] { $nodes } ノード、{ $pods } Pod、残り { $room }
}
map-counts-workloads = { $n ->
   *[other] { $workloads } ワークロード、{ $pods } Pod
}
# グループの読み上げ用：default-worker：16 ノード、895 Pod
map-group = { $name }：{ $counts }
map-chosen = { $n ->
   *[other] { $pods } Pod を選択中
}
map-zone = ゾーン { $zone }
map-no-zone = ゾーンなし
map-all-nodes = ノード
map-unscheduled = 未割り当て
map-no-node-fits = 割り当て先なし
map-no-owner = 所有者なし
map-not-ready = 準備未完了
map-cordoned = 割り当て停止中
map-pods-label = Pod
map-cpu = CPU
map-memory = メモリ
map-memory-short = メモリ
# 読み上げ用：worker-3：57 Pod、失敗 2
map-tile = { $node }：{ $n } Pod
map-tile-not-ready = 、準備未完了
map-tile-state = 、{ $state } { $n }

# ツールバー
placement-filter = Pod を絞り込む
placement-group = グループ
placement-group-node-group = ノードグループ
placement-group-zone = ゾーン
placement-group-zone-and-group = ゾーンとノードグループ
placement-group-role = 役割
placement-group-namespace = 名前空間
placement-group-none = なし
placement-order = 並び順
placement-order-name = 名前
placement-order-fullness = 使用率の高い順
placement-order-problems = 問題のあるものから
placement-color = 色分け
placement-color-state = 状態
placement-color-namespace = 名前空間
placement-color-owner = 所有者
placement-color-restarts = 再起動回数
placement-color-age = 経過時間
placement-color-use = 要求と使用
placement-match = { $n ->
   *[other] { $pods } Pod 中 { $matching } 件が一致
}
placement-pods = { $n ->
   *[other] { $pods } Pod
}
placement-save = 画像を保存…
placement-saving = 画像を保存しています
placement-save-title = マップを画像として保存
placement-saved = マップを { $path } に保存しました
placement-not-saved = マップを保存できませんでした：{ $why }
# 保存：$w と $h はピクセル数
placement-export = マップを保存
placement-export-cell = Pod の大きさ
placement-export-smaller = Pod を小さく
placement-export-larger = Pod を大きく
placement-export-far = 色のみ
placement-export-middle = 形とノード名
placement-export-near = 名前、容量、コンテナ
placement-export-density = 画素密度
placement-export-size = マップ全体：{ $w } × { $h } ピクセル
placement-export-too-large = { $w } × { $h } ピクセルは大きすぎて開けません。Pod を小さくするか密度を下げてください
placement-export-png = 全体を PNG で保存…
placement-export-svg = 表示部分を SVG で保存…
placement-export-svg-tip = 画面に見えている部分を、拡大しても鮮明な図形と文字で保存します

# 凡例、ズーム
placement-succeeded = 正常終了
placement-age-hour = 1 時間未満
placement-age-day = 1～24 時間
placement-age-week = 1～7 日
placement-age-month = 7～30 日
placement-age-older = 30 日以上
placement-others = その他 { $n }
placement-use-none = 不明
placement-zoom-in = 拡大
placement-zoom-out = 縮小
placement-fit = 全体を表示
placement-box = 範囲選択
placement-box-tip = 枠で囲んだ Pod を集計します。Shift を押しながらのドラッグも同じ。Ctrl+クリックで 1 つずつ追加

# フッター
placement-footer = { $n ->
   *[other] { $nodes } ノード、{ $pods } Pod をすべて表示
}
placement-footer-far = { $nodes } ノード、{ $pods } Pod をすべて 1 マスずつ表示
placement-key-move = 移動
placement-key-zoom = ズーム
placement-key-fit = 全体
placement-key-filter = 絞り込み
placement-key-trouble = 次の問題
placement-key-table = 表で見る
placement-key-nodes = ノード間を移動
placement-key-up = 上の階層へ
placement-key-add = 範囲に追加
placement-key-zoom-to = 選択へズーム
placement-key-box = 範囲選択

# 表示するものがないとき
placement-empty = この{ -bay }にはまだノードがありません。
placement-empty-events = イベントを見る

# ホバーカード
placement-comma = 、
placement-on-node = { $node } 上
placement-on-no-node = ノードなし
placement-ready = 準備完了
placement-requested = 要求量
placement-used-head = 使用
placement-not-measured = 測定なし
placement-not-asked = 未取得
placement-being-read = 取得中…
# 要求量に続けて：6.0、使用 4.2
placement-used-short = 使用 { $amount }
placement-restarts = 再起動 { $n } 回
placement-trouble = { $all } Pod 中 { $n } 件：{ $reason }
placement-zoom-hint = クリックして Enter で拡大

# Pod のパネル
placement-pod-in = 名前空間 { $namespace } の Pod
placement-copy-name = 名前をコピー
placement-owner = 所有者
placement-nobody = なし
placement-node = ノード
placement-address = アドレス
placement-copy-address = アドレスをコピー
placement-containers-ready = 準備完了
placement-age = 経過時間
placement-log = ログ
placement-yaml = YAML
placement-labels = ラベル
placement-events = 最近のイベント
placement-delete-title = Pod { $name } を削除しますか？
placement-delete-replaced = ワークロードが代わりの Pod を作成します。
placement-delete-orphan = 所有者がないため、代わりの Pod は作成されません。
placement-delete-confirm = Pod を削除

# ノードのパネル
placement-by-state = 状態別の Pod
placement-more = ほか { $n } 件
placement-capacity = 容量
placement-nodes-ready = 準備完了ノード
placement-zoom-to = 選択へズーム
placement-used = バー：要求。線：使用、{ $cpu } コアと { $memory }。
placement-used-part = バー：要求。線：使用、{ $cpu } コアと { $memory }（{ $nodes } ノード中 { $measured } を測定）。
placement-bar-only = 帯：要求量。メトリクスがないため使用量は不明です。
placement-server = Nova のサーバー
placement-name = 名前
placement-flavor = フレーバー
placement-zone = ゾーン
placement-node-group = ノードグループ
placement-version = バージョン
placement-runtime = ランタイム
placement-os = OS
placement-taints = テイント
placement-none = なし
placement-ready-schedulable = 準備完了から { $age }、割り当て可能
placement-ready-cordoned = 準備完了から { $age }、割り当て停止中
placement-not-ready-for = { $age }前から準備未完了

# 未割り当て Pod のパネル
placement-why = 理由
placement-why-unsaid = スケジューラーはまだ理由を示していません
placement-owners = 所有者

# ワークロードのパネル
placement-workload-in = 名前空間 { $namespace } の { $kind }
placement-replicas = レプリカ
placement-of-ready = / { $desired } 準備完了
placement-scale-more = レプリカを 1 増やす
placement-scale-fewer = レプリカを 1 減らす
placement-spread-zones = ゾーンへの分散
placement-spread-nodes = ノードへの分散
placement-spread = { $nodes ->
    [0] どのノードにもありません
   *[other] { $nodes } ノード、1 ノードあたり最大 { $most }
}
placement-zone-none = なし
placement-not-created = Pod のないレプリカ：{ $n }
placement-requested-all = 要求量（全レプリカ）
placement-restarts-label = 再起動回数
placement-list-pods = Pod の一覧を見る
placement-pods-in = 名前空間 { $namespace } の Pod

# 範囲選択した Pod のパネル
placement-chosen-on = { $n ->
   *[other] { $nodes } ノード上
}
placement-copy-names = 名前をコピー
placement-use-unknown = 使用量は不明です（メトリクスなし）。
placement-use-resting = 使用量は、マップを「要求と使用」で色分けすると取得されます（常に取得するには Pod が多すぎます）。
placement-use-reading = 使用量を取得中…
placement-use-show = 「要求と使用」で色分け
placement-use-of-none = 測定できた Pod はありません。
placement-use-of-some = 使用：{ $pods } 件中、測定できた { $n } 件の Pod。
placement-namespaces = 名前空間（{ $n }）
placement-workloads = ワークロード（{ $n }）
placement-kubelet = ノードエージェント（kubelet）
