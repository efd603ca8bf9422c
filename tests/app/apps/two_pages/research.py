import hitl

hitl.page({"report": "hitl.report:ReportWorkflow"}, title="Research", key="research")
