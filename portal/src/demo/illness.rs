//! What people have, and what they get for it.

/// A drug for an illness.
#[derive(Debug)]
pub struct Treatment {
    /// Its code in the master.
    pub atc: &'static str,
    /// Median price of a day, or of a dose of an injection, in yen.
    pub yen: f64,
    /// Which share of the patients gets it.
    pub share: f64,
}

/// An illness that stays.
#[derive(Debug)]
pub struct Chronic {
    /// Its code in the master.
    pub icd10: &'static str,
    /// The share of the very old that has it.
    pub peak: f64,
    /// The age at which half of that share has it.
    pub middle: f64,
    /// The only sex that has it here, if any.
    pub sex: Option<Sex>,
    /// Its drugs.
    pub drugs: &'static [Treatment],
}

/// Sex as in the records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    /// `F`
    Female,
    /// `M`
    Male,
}

impl Sex {
    /// The code in the records.
    pub fn code(self) -> &'static str {
        match self {
            Self::Female => "F",
            Self::Male => "M",
        }
    }
}

/// A rare illness. It falls on patients by their number, so that its share is exact at every size.
#[derive(Debug)]
pub struct Rare {
    /// Its code in the master.
    pub icd10: &'static str,
    /// One patient in so many has it …
    pub one_in: u32,
    /// … beginning with this one.
    pub first: u32,
    /// Whether one institution treats all its patients.
    pub one_institution: bool,
    /// Its drug.
    pub drug: Treatment,
    /// How many times dearer the first patient's treatment is than the others'.
    pub first_costs: f64,
}

impl Chronic {
    /// The share of an age that has it.
    pub fn share(&self, age: f64) -> f64 {
        self.peak / (1.0 + ((self.middle - age) / 8.0).exp())
    }
}

const fn drug(atc: &'static str, yen: f64, share: f64) -> Treatment {
    Treatment { atc, yen, share }
}

const fn chronic(icd10: &'static str, peak: f64, middle: f64, drugs: &'static [Treatment]) -> Chronic {
    Chronic { icd10, peak, middle, sex: None, drugs }
}

const fn chronic_of(
    sex: Sex,
    icd10: &'static str,
    peak: f64,
    middle: f64,
    drugs: &'static [Treatment],
) -> Chronic {
    Chronic { icd10, peak, middle, sex: Some(sex), drugs }
}

/// Illnesses that stay, the commonest first.
pub const CHRONIC: &[Chronic] = &[
    chronic("I10", 0.62, 62.0, &[drug("C08CA01", 15.0, 0.6), drug("C09CA08", 35.0, 0.5)]),
    chronic("E78", 0.42, 56.0, &[drug("C10AA07", 30.0, 0.7)]),
    chronic(
        "E11",
        0.22,
        58.0,
        &[
            drug("A10BA02", 20.0, 0.5),
            drug("A10BH01", 120.0, 0.45),
            drug("A10BK01", 180.0, 0.3),
            drug("A10AE04", 230.0, 0.12),
        ],
    ),
    chronic("E79", 0.11, 55.0, &[drug("M04AA03", 40.0, 0.8)]),
    chronic("J45", 0.06, 20.0, &[drug("R03AK07", 170.0, 0.8)]),
    chronic("N18", 0.16, 75.0, &[drug("B03XA02", 1_900.0, 0.06)]),
    chronic("I48", 0.10, 76.0, &[drug("B01AF02", 390.0, 0.75), drug("C07AB07", 15.0, 0.5)]),
    chronic("I20", 0.09, 72.0, &[drug("B01AC06", 6.0, 0.8)]),
    chronic("I50", 0.09, 80.0, &[drug("C03CA01", 10.0, 0.8), drug("C07AB07", 15.0, 0.4)]),
    chronic("J44", 0.06, 72.0, &[drug("R03BB04", 190.0, 0.7)]),
    chronic("F32", 0.045, 30.0, &[drug("N06AB10", 60.0, 0.7)]),
    chronic("F20", 0.009, 25.0, &[drug("N05AX12", 90.0, 0.8)]),
    chronic("G30", 0.16, 85.0, &[drug("N06DA02", 80.0, 0.7)]),
    chronic("M06", 0.012, 50.0, &[drug("L04AX03", 40.0, 0.8), drug("L04AB04", 4_000.0, 0.15)]),
    chronic("E03", 0.035, 50.0, &[drug("H03AA01", 10.0, 0.9)]),
    chronic_of(Sex::Male, "N40", 0.35, 70.0, &[drug("G04CA02", 30.0, 0.7)]),
    chronic("K76", 0.05, 45.0, &[]),
    chronic_of(Sex::Female, "C50", 0.03, 60.0, &[drug("L02BG03", 90.0, 0.6)]),
    chronic("C18", 0.02, 70.0, &[drug("L01BC06", 900.0, 0.25)]),
    chronic("C34", 0.012, 70.0, &[drug("L01EB04", 20_000.0, 0.1)]),
    chronic("C16", 0.012, 70.0, &[drug("L01BC06", 900.0, 0.2)]),
    chronic_of(Sex::Male, "C61", 0.06, 72.0, &[drug("L02AE03", 1_200.0, 0.4)]),
    chronic("I63", 0.08, 77.0, &[drug("B01AC04", 40.0, 0.7)]),
    chronic("G20", 0.018, 76.0, &[drug("N04BA02", 60.0, 0.9)]),
    chronic("K51", 0.002, 25.0, &[drug("A07EC02", 160.0, 0.8)]),
];

/// Rare illnesses. What the gate must do with them differs: one is common enough but at one institution, one is
/// too rare, and one has a single patient who costs more than all others together.
pub const RARE: &[Rare] = &[
    Rare {
        icd10: "D66",
        one_in: 1_200,
        first: 70,
        one_institution: false,
        drug: drug("B02BD02", 60_000.0, 1.0),
        first_costs: 1_000.0,
    },
    Rare {
        icd10: "E75",
        one_in: 900,
        first: 3,
        one_institution: true,
        drug: drug("A16AB04", 280_000.0, 1.0),
        first_costs: 1.0,
    },
    Rare {
        icd10: "E76",
        one_in: 9_000,
        first: 41,
        one_institution: true,
        drug: drug("A16AB05", 90_000.0, 1.0),
        first_costs: 1.0,
    },
    Rare {
        icd10: "D84",
        one_in: 4_000,
        first: 190,
        one_institution: true,
        drug: drug("B06AC02", 200_000.0, 1.0),
        first_costs: 1.0,
    },
];

/// The rare illness of a patient, if any.
pub fn rare(number: u32) -> Option<&'static Rare> {
    RARE.iter().find(|rare| number % rare.one_in == rare.first)
}

/// How a drug is given, by its code: `injection`, `topical` (inhaled ones too, as on Japanese claims) or `oral`.
pub fn route(atc: &str) -> &'static str {
    const INJECTIONS: [&str; 10] = [
        "A10AE04", "A16AB04", "A16AB05", "B02BD02", "B03XA02", "B05BB01", "B06AC02", "J01DD04", "L02AE03",
        "L04AB04",
    ];
    const TOPICAL: [&str; 4] = ["D", "M02", "R03", "S01"];
    if INJECTIONS.contains(&atc) {
        "injection"
    } else if TOPICAL.iter().any(|group| atc.starts_with(group)) {
        "topical"
    } else {
        "oral"
    }
}
