"""Results as three-line tables: LaTeX, DOCX, XLSX, Stata and CSV, with stars, bilingual captions and notes."""

from yugong.report.tables_out.build import result_table as result_table
from yugong.report.tables_out.docx import render_docx as render_docx
from yugong.report.tables_out.latex import render_latex as render_latex
from yugong.report.tables_out.regression import regression_table as regression_table
from yugong.report.tables_out.save import SUFFIXES as SUFFIXES
from yugong.report.tables_out.save import save as save
from yugong.report.tables_out.save import save_folder as save_folder
