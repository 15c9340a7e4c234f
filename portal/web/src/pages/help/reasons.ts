/** Why a cell is suppressed, by the code that the server gives: what happened, why that matters, what to do. */
interface Pair { ja: string; en: string }
export interface ReasonHelp { code: string; name: Pair; why: Pair; remedy: Pair; instead?: string }

export const REASONS: ReasonHelp[] = [
  {
    code: "patients",
    name: { ja: "患者が少ない", en: "Too few patients" },
    why: { ja: "値のもとになった患者が基準（多くは10人）に満たないとき。0人のときも同じに見えることがあります。", en: "Fewer patients than the rule asks for (mostly 10) stand behind the figure. Nobody may look the same as a few." },
    remedy: { ja: "区分を粗くします。年齢は10歳ごと、日付は四半期、市区町村は二次医療圏に。", en: "Group more coarsely: ages by ten years, dates by quarter, towns by medical area." },
    instead: "date_trunc('quarter', visit_date)",
  },
  {
    code: "institutions",
    name: { ja: "医療機関が少ない", en: "Too few institutions" },
    why: { ja: "値が1、2の医療機関だけから来ていると、どこの病院の数字かが分かってしまうため。", en: "A figure from one or two hospitals tells which hospital it is." },
    remedy: { ja: "地域や期間を広げ、より多くの医療機関を含めます。", en: "Widen the area or the period so that more institutions are in it." },
  },
  {
    code: "dominance",
    name: { ja: "少数が大部分を占める", en: "A few make up most of it" },
    why: { ja: "合計や平均の大部分を1人か2人が占めると、その人の値がほぼ分かるため。", en: "Where one or two contribute most of a sum or mean, their own values nearly show." },
    remedy: { ja: "値に上限を付けるか、件数・中央値で見ます。区分を広げても構いません。", en: "Cap the value, or look at a count or the median; or widen the group." },
    instead: "sum(least(yen, 100000))",
  },
  {
    code: "condition",
    name: { ja: "式の中の条件", en: "A condition inside the figure" },
    why: { ja: "集計式の中の CASE や比較が、少数の患者だけを切り分けるため。小さなセルを足し算に隠したのと同じです。", en: "A CASE or comparison inside the aggregate sets a few patients apart: a small cell in disguise." },
    remedy: { ja: "条件を GROUP BY の区分にします。", en: "Make the condition a category of GROUP BY." },
    instead: "SELECT value >= 6.5 AS high, count(DISTINCT patient_id) … GROUP BY 1",
  },
  {
    code: "quantile",
    name: { ja: "分位点の端", en: "A quantile near the end" },
    why: { ja: "分位点の片側にいる患者が少なく、端の人の値に近づきすぎるため。最小・最大も同じ理由で出ません。", en: "Too few patients lie beyond it, so it comes close to somebody's own value. Minimum and maximum are not shown for the same reason." },
    remedy: { ja: "中央値に近い分位点（5%・95%など）を使うか、区分を広げます。", en: "Take a quantile nearer the median (such as 5 % or 95 %), or widen the group." },
    instead: "percentile_cont(0.95) WITHIN GROUP (ORDER BY value)",
  },
  {
    code: "complementary",
    name: { ja: "逆算を防ぐ（二次秘匿）", en: "So that others can't be worked out" },
    why: { ja: "合計からほかのセルを引くと、秘匿したセルが計算できてしまうため、もう1つ隠しています。", en: "Total minus the other cells would give a suppressed one, so one more is hidden." },
    remedy: { ja: "合計行（ROLLUP など）を外すか、小さな区分をまとめます。", en: "Leave out the totals (ROLLUP and the like), or join the small groups." },
  },
  {
    code: "differencing",
    name: { ja: "以前の答えとの差", en: "The difference to an earlier answer" },
    why: { ja: "以前に表示した値と数人しか違わず、引き算でその数人のことが分かるため。", en: "It differs from an earlier figure in a few patients only: subtracting would single them out." },
    remedy: { ja: "以前と同じ条件をそのまま使うか、はっきり違う粗い区分にします。合計は、表示されたセルを足して求めます。", en: "Use the earlier definition unchanged, or one that is clearly coarser. For a total, add up the cells that are shown." },
  },
  {
    code: "exploring",
    name: { ja: "探索中", en: "While exploring" },
    why: { ja: "探索では、誤差を加えた患者数だけを表示します。件数・合計・平均・分位点は出ません。", en: "Exploring shows perturbed numbers of patients only: no counts of records, sums, means or quantiles." },
    remedy: { ja: "count(DISTINCT 患者キー) で数えるか、「探索」を外して正確にたずねます。", en: "Count patients with count(DISTINCT patient_key), or ask exactly, without “Explore”." },
    instead: "count(DISTINCT patient_id)",
  },
];
