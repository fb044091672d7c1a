# ベイのノード
nodes-filter = 名前・グループ・ゾーンで絞り込み
nodes-all = すべて
nodes-trouble = 準備未完了
nodes-footer = { $trouble ->
    [0] ノード { $all } 台、すべて準備完了
   *[other] ノード { $all } 台、うち異常 { $trouble } 台
}
nodes-none = この{ -bay }にはまだノードがありません。
nodes-none-match = 一致するノードがありません。
nodes-ready = 準備完了
nodes-not-ready = 準備未完了
nodes-silent = 準備未完了、応答なし
nodes-cordoned = スケジュール停止
nodes-col-name = 名前
nodes-col-status = 状態
nodes-col-role = ロール
nodes-col-group = グループ
nodes-col-zone = ゾーン
nodes-col-flavor = フレーバー
nodes-col-pods = Pod
nodes-col-cpu = CPU 要求
nodes-col-memory = メモリ要求
nodes-col-version = バージョン
nodes-col-age = 経過
nodes-cpu = CPU
nodes-memory = メモリ
nodes-amounts = 要求 { $requested } / { $all }
nodes-amounts-used = 要求 { $requested } / { $all }、使用 { $used }
nodes-no-metrics = この{ -bay }にはメトリクス API がないため、使用量はわかりません。
nodes-server = サーバー
nodes-server-unknown = このノードのサーバーは Nova から見えません。
nodes-copy-server = サーバーの UUID をコピー
nodes-address = アドレス
nodes-runtime = ランタイム
nodes-os = システム
nodes-kernel = カーネル
nodes-taints = Taint
nodes-none-word = なし
nodes-its-pods = Pod { $n } 件
nodes-show-pods = Pod を表示
nodes-show-on-map = 配置図で表示
