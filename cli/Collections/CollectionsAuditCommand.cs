using System.CommandLine;
using IclMesh.Cli.CommandLine;
using IclMesh.Retrieval.V1;
using Spectre.Console;

namespace IclMesh.Cli.Collections;

/// <summary><c>iclmesh collections audit</c>.</summary>
internal static class CollectionsAuditCommand
{
    public static Command Create()
    {
        var options = new StoreOptions();
        var show = new Option<int>("--show") { Description = "Findings of each kind to show.", DefaultValueFactory = _ => 10 };
        var command = new Command("audit", "Find mislabelled, redundant, conflicting and isolated demonstrations.") { show };
        options.AddTo(command);
        options.SetAction(command, async (session, parsed, terminal, cancellationToken) =>
        {
            var name = parsed.GetRequiredValue(options.Collection);
            var findings = await terminal.ProgressAsync($"auditing {name}", 1, async advance =>
            {
                using var call = session.Retrieval.AuditCollection(new() { Collection = name }, cancellationToken: cancellationToken);
                var (last, done) = (new AuditCollectionResponse(), 0L);
                while (await call.ResponseStream.MoveNext(cancellationToken))
                {
                    last = call.ResponseStream.Current;
                    advance((last.Done - done) / (double)Math.Max(1, last.Total));
                    done = last.Done;
                }

                return last.Findings;
            });
            if (terminal.IsJson)
            {
                terminal.WriteJson(new { Findings = findings.Select(f => new { Kind = $"{f.Kind}", f.Id, f.Label, f.Score, f.SuggestedLabel, f.OtherId }) });
                return;
            }

            var table = new Table().Border(TableBorder.Simple).AddColumns("finding", "id", "label", "score", "suggested", "nearest");
            foreach (var kind in findings.GroupBy(finding => finding.Kind))
            {
                foreach (var f in kind.Take(parsed.GetValue(show)))
                {
                    table.AddRow($"{f.Kind}", Markup.Escape(f.Id), Markup.Escape(f.Label), $"{f.Score:0.000}", Markup.Escape(f.SuggestedLabel), Markup.Escape(f.OtherId));
                }

                table.AddRow($"{kind.Key}: {kind.Count()}", "", "", "", "", "");
            }

            terminal.Out.Write(table);
        });
        return command;
    }
}
