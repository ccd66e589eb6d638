using IclMesh.Gateway.Analyses.Attention;
using IclMesh.Gateway.Analyses.Evaluation;
using IclMesh.Gateway.Analyses.Influence;
using IclMesh.Gateway.Analyses.Practice;
using IclMesh.Gateway.V1;
using AnalysisCase = IclMesh.Gateway.V1.JobSpec.AnalysisOneofCase;

namespace IclMesh.Gateway.Analyses;

/// <summary>The analysis that a job asks for.</summary>
internal sealed class AnalysisFactory(KernelCalls kernel)
{
    public IAnalysis Create(JobSpec spec) => spec.AnalysisCase switch
    {
        AnalysisCase.Attention => new AttentionStudy(spec.Attention, kernel),
        AnalysisCase.Influence => new InfluenceStudy(spec.Influence, kernel),
        AnalysisCase.Practice => new PracticeStudy(spec.Practice, kernel),
        AnalysisCase.Evaluation => new EvaluationStudy(spec.Evaluation, kernel),
        var other => throw new InvalidOperationException($"no analysis {other}"),
    };
}
