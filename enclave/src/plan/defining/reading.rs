//! A plan read as: these tables, under these conditions, with columns made of the tables' own.

use std::collections::BTreeMap;

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, DFSchema};
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{
    BinaryExpr, Cast, Expr, ExprSchemable, Join, JoinType, LogicalPlan, Operator, TryCast, ident,
};

use super::super::cut::Cut;
use super::super::definitions::word;
use super::super::source::Staged;
use super::super::total::changes_nothing;

/// What a plan's rows are.
pub(super) struct Reading {
    /// In their order by name.
    pub(super) tables: Vec<String>,
    /// What holds of every row, in no order.
    pub(super) conditions: Vec<Expr>,
    /// Name and making of each column.
    columns: Vec<(Column, Expr)>,
}

impl Reading {
    pub(super) fn of(plan: &LogicalPlan, earlier: &[Cut]) -> Self {
        let mut reading = Reader { earlier, seen: BTreeMap::new() }.plan(plan);
        reading.tables.sort_unstable();
        reading
    }

    /// What a column is made of, by its plain name.
    pub(super) fn column(&self, name: &str) -> Expr {
        let found = self.columns.iter().find(|(column, _)| column.name == name);
        found.map_or_else(|| ident(name), |(_, expr)| expr.clone())
    }

    /// An expression over these columns, in one of the many ways in which it may be written.
    fn plain(&self, expr: &Expr, schema: &DFSchema) -> Expr {
        let unnamed = |expr: Expr| {
            Ok(match expr {
                Expr::Alias(alias) => Transformed::yes(*alias.expr),
                Expr::Cast(Cast { expr: ref inner, ref field })
                | Expr::TryCast(TryCast { expr: ref inner, ref field })
                    if inner.get_type(schema).is_ok_and(|own| changes_nothing(&own, field.data_type())) =>
                {
                    Transformed::yes(inner.as_ref().clone())
                }
                other => Transformed::no(other),
            })
        };
        let own = |expr: Expr| {
            Ok(match expr {
                Expr::Column(column) => Transformed::yes(self.made(&column)),
                Expr::BinaryExpr(binary) => Transformed::yes(Expr::BinaryExpr(in_order(binary))),
                other => Transformed::no(other),
            })
        };
        // Neither closure fails.
        let unnamed = expr.clone().transform_up(unnamed).map_or_else(|_| expr.clone(), |done| done.data);
        unnamed.clone().transform_up(own).map_or(unnamed, |done| done.data)
    }

    fn made(&self, column: &Column) -> Expr {
        let is_it =
            |(known, _): &&(Column, Expr)| known.name == column.name && known.relation == column.relation;
        let found = self.columns.iter().find(is_it);
        found.map_or_else(|| self.column(&column.name), |(_, expr)| expr.clone())
    }

    /// One text for all of it but its columns.
    fn text(&self) -> String {
        let mut conditions: Vec<String> = self.conditions.iter().map(ToString::to_string).collect();
        conditions.sort_unstable();
        conditions.dedup();
        format!("{:?} {conditions:?}", self.tables)
    }

    fn columns_text(&self) -> String {
        let columns: Vec<String> = self.columns.iter().map(|(_, expr)| expr.to_string()).collect();
        format!("{} {columns:?}", self.text())
    }
}

/// `5 < x` for `x > 5`, and the two sides of `=` in the order of their letters.
fn in_order(binary: BinaryExpr) -> BinaryExpr {
    let BinaryExpr { left, op, right } = binary;
    let (op, turned) = match op {
        Operator::Gt => (Operator::Lt, true),
        Operator::GtEq => (Operator::LtEq, true),
        Operator::Eq | Operator::NotEq => (op, left.to_string() > right.to_string()),
        op => (op, false),
    };
    let (left, right) = if turned { (right, left) } else { (left, right) };
    BinaryExpr { left, op, right }
}

/// The walk over one plan.
struct Reader<'a> {
    earlier: &'a [Cut],
    /// How often each table was met: the same table twice is two.
    seen: BTreeMap<String, usize>,
}

impl Reader<'_> {
    fn plan(&mut self, plan: &LogicalPlan) -> Reading {
        match plan {
            LogicalPlan::TableScan(scan) => {
                let name = match scan.source.downcast_ref::<Staged>() {
                    None => scan.table_name.table().to_owned(),
                    Some(staged) => {
                        let cut = self.earlier.get(staged.stage());
                        format!("cells {}", cut.map_or(0, |cut| cut.definitions().whole()))
                    }
                };
                self.table(&name, scan.filters.clone(), plan)
            }
            LogicalPlan::SubqueryAlias(node) => {
                let input = self.plan(&node.input);
                let made = input.columns.into_iter().map(|(_, expr)| expr);
                let columns = plan.schema().columns().into_iter().zip(made).collect();
                Reading { columns, ..input }
            }
            LogicalPlan::Projection(node) => {
                let input = self.plan(&node.input);
                let made = node.expr.iter().map(|expr| input.plain(expr, node.input.schema()));
                let columns = plan.schema().columns().into_iter().zip(made).collect();
                Reading { columns, ..input }
            }
            LogicalPlan::Filter(node) => {
                let mut input = self.plan(&node.input);
                let predicate = input.plain(&node.predicate, node.input.schema());
                input.conditions.extend(split_conjunction(&predicate).into_iter().cloned());
                input
            }
            LogicalPlan::Join(node) => self.join(node, plan),
            LogicalPlan::Aggregate(node) => self.made_of(&node.input, false, plan),
            // It keeps the columns that it reads.
            LogicalPlan::Window(node) => self.made_of(&node.input, true, plan),
            other => self.something(&other.display().to_string(), other),
        }
    }

    fn join(&mut self, node: &Join, plan: &LogicalPlan) -> Reading {
        let on = |both: &Reading| -> Vec<Expr> {
            let pairs = node.on.iter().map(|(left, right)| left.clone().eq(right.clone()));
            let all: Vec<Expr> = pairs.chain(node.filter.clone()).collect();
            let schema = node.left.schema().join(node.right.schema());
            let schema = schema.unwrap_or_else(|_| DFSchema::empty());
            let plain = all.iter().map(|expr| both.plain(expr, &schema));
            plain.flat_map(|expr| split_conjunction(&expr).into_iter().cloned().collect::<Vec<_>>()).collect()
        };
        match node.join_type {
            JoinType::Inner => {
                let (left, right) = (self.plan(&node.left), self.plan(&node.right));
                let mut both = Reading {
                    tables: [left.tables, right.tables].concat(),
                    conditions: [left.conditions, right.conditions].concat(),
                    columns: [left.columns, right.columns].concat(),
                };
                let on = on(&both);
                both.conditions.extend(on);
                both
            }
            JoinType::LeftSemi | JoinType::LeftAnti => {
                let mut left = self.plan(&node.left);
                // What stands on the other side has names of its own.
                let right = Reading::of(&node.right, self.earlier);
                let other = right.text();
                let columns = [left.columns.clone(), right.columns].concat();
                let both = Reading { tables: Vec::new(), conditions: Vec::new(), columns };
                let mut on: Vec<String> = on(&both).iter().map(ToString::to_string).collect();
                on.sort_unstable();
                let is_there = ident(format!("{other} ON {on:?}"));
                let semi = node.join_type == JoinType::LeftSemi;
                left.conditions.push(if semi { is_there } else { Expr::Not(Box::new(is_there)) });
                left
            }
            kind => self.something(&format!("{kind} {}", plan.display()), plan),
        }
    }

    /// A node of which nothing is known but what it says of itself and what it reads.
    fn something(&mut self, what: &str, plan: &LogicalPlan) -> Reading {
        let inputs = plan.inputs();
        let texts = inputs.iter().map(|input| Reading::of(input, self.earlier).columns_text());
        self.made(&format!("{what} {:?}", texts.collect::<Vec<_>>()), plan)
    }

    /// A node of one input that is told by what it is made of, rather than by how that is called.
    fn made_of(&mut self, input: &LogicalPlan, all: bool, plan: &LogicalPlan) -> Reading {
        let below = Reading::of(input, self.earlier);
        let made = plan.expressions();
        let made: Vec<_> = made.iter().map(|e| below.plain(e, input.schema()).to_string()).collect();
        let of = if all { below.columns_text() } else { below.text() };
        self.made(&format!("{made:?} of {of}"), plan)
    }

    fn made(&mut self, text: &str, plan: &LogicalPlan) -> Reading {
        self.table(&format!("made {}", word(text)), Vec::new(), plan)
    }

    /// A table with columns of its own, numbered.
    fn table(&mut self, name: &str, conditions: Vec<Expr>, plan: &LogicalPlan) -> Reading {
        let met = self.seen.entry(name.to_owned()).or_default();
        *met += 1;
        let name = if *met == 1 { name.to_owned() } else { format!("{name} {met}") };
        let own = |(nth, column): (usize, Column)| {
            let is_scan = matches!(plan, LogicalPlan::TableScan(_));
            let called = if is_scan { column.name.clone() } else { nth.to_string() };
            let expr = ident(format!("{name}.{called}"));
            (column, expr)
        };
        let columns = plan.schema().columns().into_iter().enumerate().map(own).collect();
        Reading { tables: vec![name.clone()], conditions, columns }
    }
}
