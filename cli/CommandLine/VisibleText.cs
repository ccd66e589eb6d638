using Spectre.Console;
using Spectre.Console.Rendering;

namespace IclMesh.Cli.CommandLine;

/// <summary>Puts every text that a console writes through <see cref="Visible"/>: no command can forget it.</summary>
internal sealed class VisibleText : IRenderHook
{
    public IEnumerable<IRenderable> Process(RenderOptions options, IEnumerable<IRenderable> renderables) => renderables.Select(inner => new Shown(inner));

    private sealed class Shown(IRenderable inner) : IRenderable
    {
        public Measurement Measure(RenderOptions options, int maxWidth) => inner.Measure(options, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => inner.Render(options, maxWidth).Select(Show);

        /// <summary>The console's own sequences and line ends stay.</summary>
        private static Segment Show(Segment segment)
        {
            if (segment.IsControlCode || segment.IsLineBreak)
            {
                return segment;
            }

            var visible = Visible.Of(segment.Text, keepLines: true);
            return ReferenceEquals(visible, segment.Text) ? segment : new(visible, segment.Style);
        }
    }
}
