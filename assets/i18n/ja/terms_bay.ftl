# 中心となる二つの語
-bay = ベイ
-bay-model = ベイモデル
