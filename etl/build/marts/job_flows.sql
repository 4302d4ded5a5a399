-- grain: one row per co-operative, closed year and unit ('headcount', 'fte')
-- answers: how many jobs a co-operative created, lost and kept in a year
-- columns: opening, closing = jobs at the ends of the year before and of this year; kept = by a hand-over or rescue, never part of created jobs; births (at its start, beyond those kept), expansions, contractions, exits (all its jobs), of which moved (it merged or changed its form: the jobs may go on elsewhere); is_known = both ends declared, and for a birth by hand-over or rescue the jobs kept; where it is not, every flow is NULL, not 0. closing - opening = births + expansions + kept - contractions - exits. kept in 'fte' is at the firm's own ratio of full-time equivalents to headcount
WITH years AS (
    SELECT CAST(unnest(generate_series(
        (SELECT min(year) FROM staging.cooperative_years),
        least(
            (SELECT max(year) FROM staging.cooperative_years),
            (SELECT year(as_of + 1) - 1 FROM reference.settings)
        )
    )) AS INTEGER) AS year
),

firms AS (
    SELECT
        siren, form, region_code, departement_code, exit_kind,
        coalesce(origin, 'unknown') AS origin, year(born_on) AS birth_year,
        year(exited_on) AS exit_year,
        -- born nobody knows when: from the year after the first that tells of it
        coalesce(year(born_on), 1 + least(year(entered_on), (
            SELECT min(told.year) FROM staging.cooperative_years AS told
            WHERE told.siren = cooperatives.siren
        ))) AS first_year
    FROM staging.cooperatives AS cooperatives
    -- closed, but nobody said when: its last year cannot be told
    WHERE is_living OR exited_on IS NOT NULL
),

declared AS (
    SELECT
        siren, year, CAST(employees AS DECIMAL(18, 2)) AS headcount,
        CAST(employees_fte AS DECIMAL(18, 2)) AS fte, CAST(jobs_kept AS DECIMAL(18, 2)) AS kept
    FROM staging.cooperative_years
),

ends AS (
    SELECT
        firms.*,
        years.year,
        coalesce(firms.birth_year = years.year, FALSE) AS is_birth,
        coalesce(firms.exit_year = years.year, FALSE) AS is_exit,
        this.headcount AS headcount, this.fte AS fte,
        before.headcount AS headcount_before, before.fte AS fte_before,
        CASE
            WHEN this.kept IS NOT NULL THEN this.kept
            WHEN NOT is_birth OR firms.origin NOT IN ('transmission', 'rescue') THEN 0
        END AS kept
    FROM firms
    INNER JOIN years
        ON
            years.year >= firms.first_year
            AND years.year <= coalesce(firms.exit_year, 9999)
    LEFT JOIN declared AS this ON firms.siren = this.siren AND years.year = this.year
    LEFT JOIN declared AS before ON firms.siren = before.siren AND years.year - 1 = before.year
),

by_unit AS (
    SELECT
        * EXCLUDE (headcount, fte, headcount_before, fte_before, kept), 'headcount' AS unit,
        CASE WHEN is_birth THEN 0 ELSE headcount_before END AS opening,
        CASE WHEN is_exit THEN 0 ELSE headcount END AS closing,
        CASE WHEN is_exit THEN 0 ELSE kept END AS kept
    FROM ends
    UNION ALL
    SELECT
        * EXCLUDE (headcount, fte, headcount_before, fte_before, kept), 'fte',
        CASE WHEN is_birth THEN 0 ELSE fte_before END,
        CASE WHEN is_exit THEN 0 ELSE fte END,
        CASE
            WHEN is_exit OR kept = 0 THEN 0
            ELSE CAST(kept * CAST(fte AS DOUBLE) / nullif(headcount, 0) AS DECIMAL(18, 2))
        END
    FROM ends
),

changes AS (SELECT *, closing - opening - kept AS change FROM by_unit)

SELECT
    siren, year, unit, form, origin, region_code, departement_code, opening, closing,
    change IS NOT NULL AS is_known,
    CASE WHEN change IS NOT NULL THEN kept END AS kept,
    CASE WHEN change IS NULL THEN NULL WHEN is_birth THEN greatest(change, 0) ELSE 0 END AS births,
    CASE WHEN change IS NULL THEN NULL WHEN is_birth THEN 0 ELSE greatest(change, 0) END
        AS expansions,
    CASE WHEN change IS NULL THEN NULL WHEN is_exit THEN 0 ELSE greatest(-change, 0) END
        AS contractions,
    CASE WHEN change IS NULL THEN NULL WHEN is_exit THEN greatest(-change, 0) ELSE 0 END AS exits,
    CASE
        WHEN change IS NULL THEN NULL
        WHEN is_exit AND exit_kind IN ('merger', 'conversion') THEN greatest(-change, 0)
        ELSE 0
    END AS moved
FROM changes
ORDER BY unit, year, siren
