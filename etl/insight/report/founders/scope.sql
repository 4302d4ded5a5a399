-- grain: one row
-- answers: What is the scope asked for called?
-- columns: label_fr, label_en
SELECT label_fr, label_en
FROM reference.scopes
WHERE scope_code = $scope
