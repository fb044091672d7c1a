# ベイモデル
bay-models-new = 新しい{ -bay-model }
bay-models-filter = 名前・イメージ・ラベルで絞り込み
bay-models-reading = { -bay-model }を読み込んでいます
bay-models-none = { -bay-model }がまだありません。{ -bay }は{ -bay-model }から作成します。
bay-models-none-match = 一致する{ -bay-model }がありません。
bay-models-footer = { -bay-model } { $n } 件
bay-models-in-use = { $n } 件の{ -bay }が使用中です。先にその{ -bay }を削除してください。
bay-models-col-name = 名前
bay-models-col-engine = エンジン
bay-models-col-image = イメージ
bay-models-col-flavors = フレーバー
bay-models-col-network = ネットワーク
bay-models-col-public = 公開範囲
bay-models-col-labels = ラベル
bay-models-col-used = 使用数
bay-models-col-age = 経過
bay-models-public = 全体
bay-models-private = プロジェクト
bay-models-new-bay = これで{ -bay }を作成
bay-models-copy = コピーして作成
bay-models-labels = ラベル
bay-models-used-by = { $n ->
    [0] 使用中の{ -bay }なし
   *[other] 使用中の{ -bay } { $n } 件
}
bay-models-more-bays = ほか { $n } 件
bay-models-flavor = ワーカーのフレーバー
bay-models-master-flavor = マスターのフレーバー
bay-models-master-lb = LB
bay-models-floating-ips = Floating IP
bay-models-external-network = 外部ネットワーク
bay-models-dns = DNS
bay-models-volume-driver = ボリュームドライバー
bay-models-storage-driver = ストレージドライバー
bay-models-server-type = サーバー種別
bay-models-api-port = API ポート
bay-models-tls = 内部の TLS
bay-models-registry = 専用レジストリ
bay-models-insecure-registry = TLS なしレジストリ
bay-models-http-proxy = HTTP プロキシ
bay-models-https-proxy = HTTPS プロキシ
bay-models-no-proxy = プロキシ除外
bay-models-hidden = 非表示
bay-models-tags = タグ
bay-models-driver = ドライバー
