# ruff: noqa: E501 (the rows of a drop are lines of their own length)
"""A register, its years and its projects, small enough to work out every figure by hand.

Three snapshots of the register: A to G live, cease, vanish or fall silent; the data are of
2026-01-31.
"""

A, B, C, D = "000000018", "000000026", "000000034", "000000042"
E, F, G = "000000059", "000000067", "000000075"

HEAD = "siren,name,form,is_cae,legal_category,origin,domains,commune_code,cooperative_since,ceased_on,exit_kind,is_active,capital_share_employees,votes_share_employees\n"
ROWS = {
    A: f"{A},Coop A,scop,false,5458,ex_nihilo,house_cleaning,35238,2018-01-01,,,,60,70\n",
    B: f"{B},Coop B,scop,false,5458,rescue,house_cleaning,35238,2019-07-01,,,,40,\n",
    C: f"{C},Coop C,scic,false,5460,transmission,gardening,29019,2020-06-01,,,,,\n",
    D: f"{D},Coop D,scop,false,5458,ex_nihilo,house_cleaning|gardening,35238,2023-02-01,,,,,80\n",
    E: f"{E},Coop E,,true,5458,ex_nihilo,house_cleaning,44109,2010-01-01,,,,51,65\n",
    G: f"{G},Coop G,other,false,5460,,gardening,29019,2018-06-01,,,true,,\n",
}
B_CEASED = ROWS[B].replace("2019-07-01,,", "2019-07-01,2021-03-31,liquidation")
F_CEASED = f"{F},Coop F,scop,false,5458,transformation,house_cleaning,35238,2020-01-15,2021-06-30,merger,,,\n"
G_SILENT = ROWS[G].replace(",true,", ",false,")

YEARS = """\
siren,year,employees,employees_fte,permanent_employees,qualified_employees,member_employees,jobs_kept,cae_entrepreneurs,cape_holders
"""
HEADCOUNTS = {
    A: {2018: 4, 2019: 6, 2020: 6, 2022: 9, 2023: 7, 2024: 7, 2025: 8},
    B: {2019: 10, 2020: 7},
    C: {2020: 12, 2021: 12, 2022: 13, 2023: 13, 2024: 10},
    D: {2023: 3, 2024: 5, 2025: 5},
    E: {2018: 20, 2019: 22},
    F: {2020: 5},
    G: {2018: 2, 2019: 2, 2020: 2, 2021: 2, 2022: 2, 2023: 2, 2024: 2},
}
# fte, permanent, qualified, members, kept
DETAILS = {
    (A, 2018): "3.5,4,2,2,", (A, 2019): "5,5,3,3,", (B, 2019): "9,,4,5,8",
    (E, 2019): ",20,11,,", (G, 2019): ",,3,1,",
}  # fmt: skip
PROJECTS = f"""\
project_id,commune_code,domain,origin,siren,planned_jobs
P1,35238,house_cleaning,ex_nihilo,{A},5
P2,29019,gardening,transmission,{C},10
P3,35238,house_cleaning,ex_nihilo,,3
P4,35238,gardening,,,2
P5,29019,house_cleaning,transformation,{F},
"""
STEPS = """\
project_id,step,on,organisation,amount_eur
P1,received,2017-03-01,,
P1,supported,2017-04-01,Union régionale des Scop,
P1,financed,2017-07-01,Crédit Coopératif,30000
P1,financed,2017-07-10,Socoden,10000
P1,registered,2018-01-01,,
P2,received,2019-10-01,,
P2,supported,2019-12-01,Union régionale des Scop,
P2,agency_support,2020-01-15,Agence nationale,5000
P2,registered,2020-06-01,,
P3,received,2025-01-10,,
P3,supported,2025-02-10,Union régionale des Scop,
P4,received,2024-05-01,,
P4,abandoned,2024-09-01,,
P5,received,2020-01-01,,
P5,supported,2020-03-01,Union régionale des Scop,
P5,financed,2020-05-01,Crédit Coopératif,20000
"""
PROVIDERS = f"""\
provider_id,name,kind,domains,commune_code,siren,legal_category,joined_on,last_seen_on
V1,Coop A,company,house_cleaning,35238,{A},,2024-01-01,2026-01-20
V2,Anne Le Gall,individual,house_cleaning,35238,,,2024-01-01,2026-01-20
V3,Autre coop,cooperative,gardening,29019,,,2024-01-01,2026-01-20
V4,Vite SARL,company,gardening,35238,,5499,2024-01-01,2026-01-20
V5,Autre Scop,company,house_cleaning,35238,,5458,2024-01-01,2025-01-01
"""
REQUESTS = """\
request_id,domain,commune_code,created_at,status,filled_at,closed_at,provider_id
R1,house_cleaning,35238,2025-03-01 10:00,filled,2025-03-05 10:00,,V1
R2,house_cleaning,35238,2025-03-02 10:00,expired,,2025-04-02 10:00,
R3,house_cleaning,35238,2025-03-03 10:00,filled,2025-03-30 10:00,,V2
R4,gardening,29019,2025-05-03 10:00,filled,2025-05-04 10:00,,V3
R5,gardening,29019,2025-05-03 10:00,filled,2025-05-04 10:00,,
R6,gardening,29019,2025-05-10 10:00,,,,
"""


def years_drop() -> str:
    rows = [
        f"{siren},{year},{employees},{DETAILS.get((siren, year), ',,,,')},,\n"
        for siren, told in HEADCOUNTS.items()
        for year, employees in told.items()
    ]
    return YEARS + "".join(rows) + f"{E},2025,,,,,,,40,15\n"


def register(*rows: str) -> str:
    return HEAD + "".join(rows)


SNAPSHOT = 'mode = "snapshot"\n'
DROPS = {
    "cooperatives/2019-12-31.csv": register(ROWS[A], ROWS[B], ROWS[E], ROWS[G]),
    "cooperatives/2022-12-31.csv": register(ROWS[A], B_CEASED, ROWS[C], ROWS[E], F_CEASED, ROWS[G]),
    "cooperatives/2025-12-31.csv": register(
        ROWS[A], B_CEASED, ROWS[D], ROWS[E], F_CEASED, G_SILENT
    ),
    "cooperative_years/2026-01-31.csv": years_drop(),
    "projects/2026-01-31.csv": PROJECTS,
    "project_steps/2026-01-31.csv": STEPS,
    "providers/2026-01-31.csv": PROVIDERS,
    "requests/2026-01-31.csv": REQUESTS,
} | {f"cooperatives/{day}.csv.toml": SNAPSHOT for day in ("2019-12-31", "2022-12-31", "2025-12-31")}
